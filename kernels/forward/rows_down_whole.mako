## rows_down where windows and vectors are wholly inside: as many lines at once as share most of their
## rows. Taps are compared as if none were NaN; where one is, the line is left to be done again.
<%namespace name="ahead" file="ahead.mako"/>
<%namespace name="step" file="rows_down_common.mako"/>
<%namespace name="out" file="rows_output.mako"/>
<%namespace name="fold" file="/fold.mako"/>
<%! from itertools import product, zip_longest %>

## Where the rows of the windows lie, counted from their first one.
<%def name="pitches()">
% for number, (depth, height) in enumerate(shared.places):
const long row${number} = ${f"{depth} * g.x_d + " * (spec.rank == 3)}${f"{height} * g.x_h" if spec.rank > 1 else 0};
% endfor
</%def>

## Whether all windows of the lines at hand are inside, and whole vectors may be read of them.
<%def name="inside()" buffered="True" filter="trim"><%
    ends = {axis: along(axis).reach for axis in spec.axes[:-1]}
    several = ["columns >= " + str(spec.width)]
    if spec.together > 1:
        ends["h"] += (spec.together - 1) * along("h").stride
        several += [f"line + {spec.together} <= stop"] + [f"oh + {spec.together} <= g.out_h"] * (spec.rank == 3)
    bounds = [f"{axis}0 >= 0 && {axis}0 + {end} <= g.in_{axis}" for axis, end in ends.items()]
    bounds += [f"{first()} >= 0", f"{first()} + row{len(shared.places) - 1} + last_vector * {along('w').stride} + {shuffles.span} <= plane_end"]
%>${" && ".join(several + bounds)}</%def>

<%def name="first()" buffered="True" filter="trim">${"".join(f"{axis}0 * g.x_{axis} + " for axis in spec.axes[:-1])}w0</%def>

## Reduces them, and stores what was found; goes on to the next line unless there is doubt.
<%def name="lines()"><%
    n, stride, more, rows = spec.width, along("w").stride, spec.together - 1, range(len(shared.places))
    block = [number for number in range(len(shuffles.offsets)) if number < stride]
    names = lambda rows: [f"row{row}_" for row in rows]
    behind = [number for number in range(len(shuffles.offsets)) if number >= stride]
%>
const __global ${spec.dtype.storage} *top = plane + (${first()});
% for line in range(1, spec.together):
__global ${spec.out.storage} *to${line} = to + ${line} * g.y_h;
${ahead.row_written(f"to{line}", spec.out.size, 0, "columns", ahead.module.AHEAD)}
% endfor
% if spec.doubts:
${lanes_of(n).mask} doubt${n} = ${lanes_of(n).splat("0", lanes_of(n).mask_base)};
% endif
for (int vector = 0; vector < columns; vector += ${n}) {
    const int c = (vector < last_vector) ? vector : last_vector;
    const ${spec.position} at = c * ${stride}, w1 = w0 + at;
% for row in shared.fresh:
    ${ahead.read(f"top + row{row} + at", n * stride)}
% endfor
% for row in rows:
%   for number, offset in enumerate(shuffles.offsets):
    const state${n} row${row}_${number} = ${step.read(f"top + row{row}", offset)};
%   endfor
% endfor
% if spec.doubts:
    ${doubt([f"row{row}_{number}" for row, number in product(rows, block)])}
%   if behind:
    if (c == last_vector) {
        ${doubt([f"row{row}_{number}" for row, number in product(rows, behind)])}
    }
%   endif
% endif
% if more:
    ${down("both", names(shared.common))}
% endif
% for line in range(spec.together):
    {
        ${down("v", names(shared.own(line)) + ["both"] * more if line == 0 else ["both"] + names(shared.own(line)))}
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
${fold.lanes(n, lanes_of(n).mask_base, "|", "doubt")}
if (!doubt1) {
    line += ${more};
    continue;
}
% else:
line += ${more};
continue;
% endif
</%def>

<%def name="combine()" buffered="True" filter="trim">${"combine_numbers" if spec.doubts else "combine"}</%def>

## Combines vectors down, the ones of each name in `terms` one by one, into those called `name`.
<%def name="down(name, terms)"><% n = spec.width %>
% for number in range(len(shuffles.offsets)):
state${n} ${name}${number} = ${terms[0]}${number};
%   for term in terms[1:]:
${name}${number} = ${combine()}${n}(${name}${number}, ${term}${number});
%   endfor
% endfor
</%def>

## Notes NaN among vectors, of two at once.
<%def name="doubt(vectors)"><% nan = [f"({vector}.value != {vector}.value)" for vector in vectors] %>
% for first, second in zip_longest(nan[::2], nan[1::2]):
doubt${spec.width} |= ${f"{first} | {second}" if second else first};
% endfor
</%def>
