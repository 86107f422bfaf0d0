## Taps compared as if none were a NaN, and the look for one: in a third of the instructions.
## in: state of the width.
## out: the functions combine_numbers and doubt.
<%def name="functions(lanes)"><% order = ">" if spec.mode.ordering == "largest" else "<" %>
// What combine does, where neither is a NaN.
static state${lanes.n} combine_numbers${lanes.n}(state${lanes.n} a, const state${lanes.n} b)
{
    a.value = (b.value ${order} a.value) ? b.value : a.value;
    return a;
}

// Whether one is.
static ${lanes.mask} doubt${lanes.n}(const state${lanes.n} a, const state${lanes.n} b)
{
    return (a.value != a.value) | (b.value != b.value);
}
</%def>
