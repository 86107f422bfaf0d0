## The largest magnitude, which is the norm for p = infinity. A NaN replaces every number.
<%def name="map(lanes)">fabs(tap)</%def>

<%def name="combine()">
    (b.value != b.value) ? b.value : ((b.value > a.value) ? b.value : a.value)
</%def>

<%def name="replaces()">(b.value > a.value) | (b.value != b.value)</%def>
