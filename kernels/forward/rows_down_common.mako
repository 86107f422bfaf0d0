## The steps of rows_down: a vector of windows from column `at` of the rows `row_of` on.
<%namespace name="dialect" file="${'/preamble/' + context['spec'].dialect + '.mako'}"/>
<%! from itertools import product %>
<%namespace name="taps" file="reduce.mako"/>
<%namespace name="ahead" file="ahead.mako"/>

## Whether all rows may be read from column `from_` to the end of the windows at column `to`.
<%def name="in_plane(from_, to)" buffered="True" filter="trim">row_of[0] - plane + ${from_} >= 0 && row_of[inside - 1] - plane + ${to} + ${shuffles.span} <= plane_end</%def>

<%def name="read(row, offset)" buffered="True" filter="trim">tap${spec.width}(${taps.lifted(lanes_of(spec.width), f"{row} + at + {offset}")})</%def>

## Where the rows of a window that is wholly inside lie, counted from its first one.
<%def name="pitches()"><%
    steps = {axis: f"{along(axis).dilation} * g.x_{axis}" for axis in spec.axes[:-1]}
    inner = [range(along(axis).kernel) for axis in spec.axes[:-1]]
%>
% for row, places in enumerate(product(*inner)):
const long row${row} = ${" + ".join(f"{place} * {steps[axis]}" for axis, place in zip(steps, places)) or 0};
% endfor
</%def>

## Whether all rows of the windows of the line at hand are inside, and whole vectors may be read of them.
<%def name="whole()" buffered="True" filter="trim">${"".join(f"{axis}0 >= 0 && {axis}0 + {along(axis).reach} <= g.in_{axis} && " for axis in spec.axes[:-1])}${first()} >= 0 && ${first()} + row${spec.lines - 1} + last_vector * ${along("w").stride} + ${shuffles.span} <= plane_end</%def>

<%def name="first()" buffered="True" filter="trim">${"".join(f"{axis}0 * g.x_{axis} + " for axis in spec.axes[:-1])}w0</%def>

## Combines the vectors of all rows: of windows that are wholly inside, or of those that are.
<%def name="down(whole=False)"><% n = spec.width %>
% if whole:
%   for row in range(spec.lines - spec.fresh_lines, spec.lines):
${ahead.read(f"top + row{row} + at", n * along("w").stride)}
%   endfor
%   for row in range(spec.lines):
%     for number, offset in enumerate(shuffles.offsets):
${f"v{number} = combine{n}(v{number}, {read(f'top + row{row}', offset)})" if row else f"state{n} v{number} = {read('top', offset)}"};
%     endfor
%   endfor
% else:
%   for number, offset in enumerate(shuffles.offsets):
state${n} v${number} = ${read("row_of[0]", offset)};
%   endfor
for (int number = 1; number < inside; ++number) {
%   for number, offset in enumerate(shuffles.offsets):
    v${number} = combine${n}(v${number}, ${read("row_of[number]", offset)});
%   endfor
}
% endif
</%def>

## Replaces what lies beside the row, whose windows begin at column `w1`, by the identity.
<%def name="mask()"><% n = spec.width %>
% for number, offset in enumerate(shuffles.offsets):
if (w1 < -${offset} || w1 > in_w - ${offset + n}) v${number} = within_row${n}(v${number}, -w1 - ${offset}, in_w - w1 - ${offset});
% endfor
</%def>

## Shuffles the vectors into the windows' taps, and combines these into `acc`.
<%def name="across()"><% n = spec.width; value = lanes_of(n).value %>
% for made in shuffles.made:
state${n} ${made.name};
%   for part in ["value", *spec.mode.parts]:
${made.name}.${part} = ${dialect.shuffle(value, f"{made.first}.{part}", f"{made.second}.{part}", made.lanes)};
%   endfor
% endfor
acc = ${shuffles.taps[0]};
% for tap in shuffles.taps[1:]:
acc = combine${n}(acc, ${tap});
% endfor
</%def>
