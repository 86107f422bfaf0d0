## The smallest magnitude, which is the norm for p = -infinity. A NaN replaces every number.
<%namespace name="magnitude" file="/common/magnitude.mako"/>
<%def name="map(lanes)">${magnitude.of(lanes, "tap")}</%def>

<%def name="replaces()">(b.value < a.value) | (b.value != b.value)</%def>
