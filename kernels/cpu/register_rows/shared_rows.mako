## The rows of the lines that rows_down reduces at once: those that the same lines have are one
## group.
## in: d0, h0, w0, line, stop; plane and at for down().
## out: row0, row1, ..., left; vectors of groups and of lines; doubts.
<%namespace name="step" file="/cpu/register_rows/steps.mako"/>
<%! from itertools import zip_longest %>

## Where the rows of the windows of the lines at hand lie in the plane. Rows above and below the
## input are replaced by its first and last, if taps may be combined twice.
<%def name="places()">
// Where the rows of the windows lie${(", the nearest for those beside the input"
    if spec.idempotent else "")}.
% for axis in spec.axes[:-1]:
%   for place in sorted({row[axis == "h"] for row in shared.places}):
<% at = plus(axis + "0", place) %>\
%     if spec.idempotent:
const ${spec.position} ${axis}_${place} = (${at} < 0) ? 0 : (${at} < g.in_${axis}) ? ${at} \
    : g.in_${axis} - 1;
%     else:
const ${spec.position} ${axis}_${place} = ${at};
%     endif
%   endfor
% endfor
% for number, (depth, height) in enumerate(shared.places):
const long row${number} = ${"".join(f"{axis}_{place} * g.x_{axis} + "
    for axis, place in zip("dh", (depth, height)) if axis in spec.axes)}w0;
% endfor
% if spec.rows_per_pass > 1:
const ${spec.position} left = ${("stop - line" if spec.ndim == 2
    else "(stop - line < g.out_h - oh) ? stop - line : g.out_h - oh")};
% endif
</%def>

<%def name="combine()" buffered="True" filter="trim">
    ${"combine_numbers" if spec.nan_fallback else "combine"}
</%def>

## Reads the vectors of a row, and combines them with those of its group.
<%def name="down(row)"><% n, group = spec.width, shared.group_of(row) %>
% for number, offset in enumerate(shuffles.offsets):
const state${n} row${row}_${number} = ${step.read(f"plane + row{row}", offset)};
%   if row == shared.groups[group][0]:
state${n} group${group}_${number} = row${row}_${number};
%   else:
group${group}_${number} = ${combine()}${n}(group${group}_${number}, row${row}_${number});
%   endif
% endfor
</%def>

## The vectors of all rows of a line's windows.
<%def name="joined(line)"><% n = spec.width %>
% for number in range(len(shuffles.offsets)):
%   for place, group in enumerate(shared.groups_of(line)):
${(f"line{line}_{number} = {combine()}{n}(line{line}_{number}, group{group}_{number})" if place
    else f"state{n} line{line}_{number} = group{group}_{number}")};
%   endfor
% endfor
</%def>

## Looks for NaN among vectors, two at a time.
<%def name="doubt(vectors)">
% for first, second in zip_longest(vectors[::2], vectors[1::2]):
doubts${spec.width} |= doubt${spec.width}(${first}, ${second or first});
% endfor
</%def>
