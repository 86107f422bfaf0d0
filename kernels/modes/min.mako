## The smallest tap replaces the others. A NaN replaces every number; ignored, none.
<%def name="combine()">
% if not spec.dtype.is_float or spec.integer_compare:
    (b.value < a.value) ? b.value : a.value
% elif spec.nan == "propagate":
    ((a.value != a.value) | (b.value != b.value)) ? a.value + b.value : (b.value < a.value) \
        ? b.value : a.value
% else:
    ((b.value < a.value) | (a.value != a.value)) ? b.value : a.value
% endif
</%def>

<%def name="replaces()">
% if not spec.dtype.is_float or spec.integer_compare:
    b.value < a.value
% elif spec.nan == "propagate":
    (b.value < a.value) | (b.value != b.value)
% else:
    (b.value < a.value) | ((a.value != a.value) & (b.value == b.value))
% endif
</%def>
