## The smallest magnitude, which is the norm for p = -infinity. A NaN wins over everything.
<%def name="lift(lanes)">fabs(tap)</%def>

<%def name="wins()">(b.value < a.value) | (b.value != b.value)</%def>
