## The gradient flows to every tap in equal parts.
<%def name="combine()">a.value + b.value</%def>

<%def name="map(lanes)">tap / count</%def>
