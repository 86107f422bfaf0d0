## The largest tap wins. A NaN wins over everything; ignored, it only loses.
<%def name="combine()">
% if not spec.dtype.is_float or spec.integer_compare:
    (b.value > a.value) ? b.value : a.value
% elif spec.nan == "propagate":
    ((a.value != a.value) | (b.value != b.value)) ? a.value + b.value : (b.value > a.value) ? b.value : a.value
% else:
    ((b.value > a.value) | (a.value != a.value)) ? b.value : a.value
% endif
</%def>

<%def name="wins()">
% if not spec.dtype.is_float or spec.integer_compare:
    b.value > a.value
% elif spec.nan == "propagate":
    (b.value > a.value) | (b.value != b.value)
% else:
    (b.value > a.value) | ((a.value != a.value) & (b.value == b.value))
% endif
</%def>
