## The whole gradient flows to the tap that was selected.
<%def name="combine()">a.value + b.value</%def>

<%def name="map(lanes)">selected ? tap : 0</%def>
