## How rows_covering looks at the indices that it keeps: in vectors, and again one by one in a row
## of which one is suspect, where windows without a tap are told apart.
## in: w0, end; row, i, far_taps; the row of windows at hand.
## out: first_taps, far_taps; first_row; astray is set.
<%namespace name="window" file="/windows/covering.mako"/>
<%namespace name="checks" file="/common/index_check.mako"/>

## The kept columns: where their windows have the first tap, and how far behind it the last one.
<%def name="columns()"><% n, position = spec.width, spec.position %>
% if spec.mode.refuses:
${position} first_taps[${kept.length}], far_taps[${kept.length}];
for (int i = 0; i < end; i += ${n}) {
    ${window.own("w", f"({lanes_of(n).steps(1)} + (w0 + i))", lanes_of(n))}
    put_index${n}(first_taps + i, first_w);
    put_index${n}(far_taps + i, far_w);
}
% endif
</%def>

## The row of windows at hand.
<%def name="row()"><% position, axes = spec.position, spec.axes[:-1] %>
% if spec.mode.refuses:
%   for axis in axes:
${window.own(axis, axis)}
%   endfor
const ${position} first_row \
    = (${position})g.origin${"".join(f" + first_{axis} * ({position})g.flat_{axis}"
    for axis in axes)};
${checks.begin(lanes_of(spec.width))}
% endif
</%def>

## Indices from number `i` of it on.
<%def name="look(lanes, index)"><% get = f"get_index{lanes.n}" %>
${checks.look(lanes, index, f"{get}(first_taps + i) + first_row", f"{get}(far_taps + i)")}
</%def>

## Whether one is suspect.
<%def name="suspect()" buffered="True" filter="trim">${checks.wrong(lanes_of(spec.width))}</%def>

## Those that are looked at one by one.
<%def name="begin()">
% if spec.mode.refuses:
${checks.begin(lanes_of(1))}
% endif
</%def>

<%def name="end()">
% if spec.mode.refuses:
if (${checks.wrong(lanes_of(1))} && far_taps[i] >= 0 && !${checks.none()}) {
    astray = 1;
    break;
}
% endif
</%def>
