## The whole gradient flows to the tap that was chosen.
<%def name="combine()">a.value + b.value</%def>

<%def name="lift(lanes)">chosen ? tap : 0</%def>
