## Windows of many taps along a row, combined by doubling.
## in: row, w0, in_w, columns, run, kept, slot; flat_row with indices.
## out: row number slot of kept.
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="taps" file="/common/tap.mako"/>

## Windows of many taps: runs of 1, 2, 4, ... taps are combined from those of half as many, and a
## window from the runs that its length is the sum of, in order.
<%def name="windows()"><%
    n, row = spec.width, along("w")
    steps, offset = [], 0
    for bit in range(row.kernel.bit_length()):
        steps.append((1 << bit, offset if row.kernel >> bit & 1 else None))
        offset += (1 << bit) * (row.kernel >> bit & 1)
%>
const int span = ${("columns" if n == 1
    else f"(columns + {n - 1}) / {n}")}${f" * {n * row.stride}" * (n * row.stride > 1)} \
    + ${row.extent};
const int first_inside = (w0 >= 0) ? 0 : (-w0 < span) ? -w0 : span;
const int last_inside = (in_w - w0 < span) ? in_w - w0 : span;
// Taps of the row, the identity around them.
int in = first_inside;
for (int out = 0; out < span; out += ${n}) put_run${n}(run, out, identity${n}());
for (; in + ${n} <= last_inside; in += ${n}) put_run${n}(run, in, tap${n}(${taps.mapped(lanes_of(n),
    "row + w0 + in")}${f", {lanes_of(n).steps(1)} + (w0 + in + flat_row)" if spec.index else ""}));
for (; in < last_inside; ++in) put_run1(run, in, tap1(${taps.mapped(lanes_of(1),
    "row + w0 + in")}${", w0 + in + flat_row" if spec.index else ""}));
% for number, (length_, offset_) in enumerate(steps):
%   if offset_ is not None:
// The window's next ${length_} tap${"s" if length_ > 1 else ""}.
${rows.whole_vectors()}
    const state${n} part = every_run${n}(run, ${plus(times("c", row.stride),
        offset_ * row.dilation)});
    put_state${n}(kept + slot, c, ${("part" if offset_ == 0
        else f"combine{n}(get_state{n}(kept + slot, c), part)")});
}
%   endif
%   if number + 1 < len(steps):
// Runs of ${2 * length_} taps.
for (int at = 0; at + ${length_ * row.dilation} < span; at += ${n})
    put_run${n}(run, at, combine${n}(get_run${n}(run, at), get_run${n}(run, \
        at + ${length_ * row.dilation})));
%   endif
% endfor
</%def>
