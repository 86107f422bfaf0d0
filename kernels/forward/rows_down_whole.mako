## rows_down where windows and vectors are wholly inside: as many lines at once as share most of their
## rows. Taps are compared as if none were NaN; where one is, the line is left to be done again.
<%namespace name="ahead" file="ahead.mako"/>
<%namespace name="step" file="rows_down_common.mako"/>
<%namespace name="out" file="rows_output.mako"/>
<%namespace name="fold" file="/fold.mako"/>
<%! from itertools import zip_longest %>

## Where the rows of the windows of the lines at hand lie in the plane. Rows above and below the input are
## replaced by its first and last, if taps may be combined twice.
<%def name="places()">
% for axis in spec.axes[:-1]:
%   for place in sorted({row[axis == "h"] for row in shared.places}):
<% at = f"{axis}0 + {place}" if place else f"{axis}0" %>\
%     if spec.repeats:
const ${spec.position} ${axis}_${place} = (${at} < 0) ? 0 : (${at} < g.in_${axis}) ? ${at} : g.in_${axis} - 1;
%     else:
const ${spec.position} ${axis}_${place} = ${at};
%     endif
%   endfor
% endfor
% for number, (depth, height) in enumerate(shared.places):
const long row${number} = ${"".join(f"{axis}_{place} * g.x_{axis} + " for axis, place in zip("dh", (depth, height)) if axis in spec.axes)}w0;
% endfor
% if spec.together > 1:
const ${spec.position} left = ${"stop - line" if spec.rank == 2 else "(stop - line < g.out_h - oh) ? stop - line : g.out_h - oh"};
% endif
</%def>

## Whether the lines may be reduced at once: all windows inside, or touching the input if rows may be
## replaced, and whole vectors where memory is.
<%def name="fits()" buffered="True" filter="trim"><%
    more = {axis: (spec.together - 1) * along(axis).stride * (axis == "h") for axis in spec.axes[:-1]}
    touching = [f"{axis}0 + {along(axis).reach} > 0 && {axis}0 + {more[axis]} < g.in_{axis}" for axis in more]
    within = [f"{axis}0 >= 0 && {axis}0 + {along(axis).reach + more[axis]} <= g.in_{axis}" for axis in more]
    last = f"row{len(shared.places) - 1} + last_vector * {along('w').stride} + {shuffles.span} <= readable_end"
    bounds = [f"columns >= {spec.width}", *[f"left >= {spec.together}"] * (spec.together > 1), *(touching if spec.repeats else within)]
%>${" && ".join([*bounds, "row0 >= readable", last])}</%def>

## Reduces them, and stores what was found; goes on behind them unless there is doubt.
<%def name="lines()"><%
    n, stride, rows = spec.width, along("w").stride, range(len(shared.places))
    block = range(min(stride, len(shuffles.offsets)))
%>
% for line in range(1, spec.together):
__global ${spec.out.storage} *to${line} = to + ${line} * g.y_h;
${ahead.row_written(f"to{line}", spec.out.size, 0, "columns", ahead.module.AHEAD)}
% endfor
% if spec.doubts:
${lanes_of(n).mask} doubts${n} = ${lanes_of(n).splat("0", lanes_of(n).mask_base)};
% endif
for (int vector = 0; vector < columns; vector += ${n}) {
    const int c = (vector < last_vector) ? vector : last_vector;
    const ${spec.position} at = c * ${stride}, w1 = w0 + at;
% for row in shared.fresh:
    ${ahead.read(f"plane + row{row} + at", n * stride)}
% endfor
% for row in rows:
    ${down(row)}
%   if spec.doubts and (row % 2 or row == rows[-1]):
    ${doubt([f"row{one}_{number}" for number in block for one in range(row - row % 2, row + 1)])}
%   endif
% endfor
% for line in range(spec.together):
    {
        ${joined(line)}
        if (w1 < 0 || w1 + ${shuffles.span} > in_w) {
            ${step.mask()}
        }
        state${n} acc;
        ${step.across(combine())}
        ${out.emit(whole=True, to=f"to{line or ''}")}
    }
% endfor
}
% if spec.doubts:
const ${spec.position} at = last_vector * ${stride};
${doubt([step.read(f"plane + row{row}", offset) for row in rows for offset in shuffles.offsets[stride:]])}
${fold.lanes(n, lanes_of(n).mask_base, "|", "doubts")}
if (!doubts1) {
    ${advance()}
}
% else:
${advance()}
% endif
</%def>

<%def name="combine()" buffered="True" filter="trim">${"combine_numbers" if spec.doubts else "combine"}</%def>

## Reads the vectors of a row, and combines them with those of its group.
<%def name="down(row)"><%
    n, (group, rows) = spec.width, next((number, rows) for number, rows in enumerate(shared.groups) if row in rows)
%>
% for number, offset in enumerate(shuffles.offsets):
const state${n} row${row}_${number} = ${step.read(f"plane + row{row}", offset)};
%   if row == rows[0]:
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
${f"v{number} = {combine()}{n}(v{number}, group{group}_{number})" if place else f"state{n} v{number} = group{group}_{number}"};
%   endfor
% endfor
</%def>

## Looks for NaN among vectors, two at a time.
<%def name="doubt(vectors)">
% for first, second in zip_longest(vectors[::2], vectors[1::2]):
doubts${spec.width} |= doubt${spec.width}(${first}, ${second or first});
% endfor
</%def>

## Goes on behind the lines; of a number that is no multiple of them some are done again, if that is no loss.
<%def name="advance()">
% if spec.together > 1:
line += ${f"((left % {spec.together}) ? left % {spec.together} : {spec.together}) - 1" if spec.repeats else spec.together - 1};
% endif
continue;
</%def>
