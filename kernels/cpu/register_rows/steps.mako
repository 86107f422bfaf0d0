## The steps of rows_down: a vector of windows from column `at` of the rows `row_of` on.
## in: row_of and inside, or rows by name; plane, at, w1, in_w, readable, readable_end.
## out: v0, v1, ... of down(); acc of across().
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="taps" file="/common/tap.mako"/>

## Whether all rows may be read from column `from_` to the end of the windows at column `to`.
<%def name="in_plane(from_, to)" buffered="True" filter="trim">
    row_of[0] - plane + ${from_} >= readable && row_of[inside - 1] - plane + ${to} \
        + ${shuffles.span} <= readable_end
</%def>

<%def name="read(row, offset)" buffered="True" filter="trim">
    tap${spec.width}(${taps.mapped(lanes_of(spec.width), plus(f"{row} + at", offset))})
</%def>

## Combines the vectors of those rows that are inside.
<%def name="down()"><% n = spec.width %>
% for number, offset in enumerate(shuffles.offsets):
state${n} v${number} = ${read("row_of[0]", offset)};
% endfor
for (int number = 1; number < inside; ++number) {
% for number, offset in enumerate(shuffles.offsets):
    v${number} = combine${n}(v${number}, ${read("row_of[number]", offset)});
% endfor
}
</%def>

## Replaces what lies beside the row, whose windows begin at column `w1`, by the identity: in the
## vectors with these names, each followed by its number.
<%def name="mask(names)"><% n = spec.width %>
// Taps beside the row are replaced by the identity.
% for number, offset in enumerate(shuffles.offsets):
if (w1 < ${-offset} || w1 > in_w - ${offset + n}) {
    const ${lanes_of(n).mask} inside \
        = lanes${n}(${plus("-w1", -offset)}, ${plus("in_w - w1", -offset)});
%   for name in names:
    ${name}${number} = only${n}(${name}${number}, inside);
%   endfor
}
% endfor
</%def>

## Shuffles the vectors into the windows' taps, and combines these into `acc`.
<%def name="across(combine)"><% n = spec.width; value = lanes_of(n).value %>
% for made in shuffles.made:
%   if hasattr(made, "lanes"):
state${n} ${made.name};
%     for field in ["value", *spec.mode.fields]:
${made.name}.${field} = ${dialect.shuffle(value, f"{made.first}.{field}",
    f"{made.second}.{field}", made.lanes)};
%     endfor
%   else:
const state${n} ${made.name} = ${combine}${n}(${made.first}, ${made.second});
%   endif
% endfor
acc = ${shuffles.taps[0]};
% for tap in shuffles.taps[1:]:
acc = ${combine}${n}(acc, ${tap});
% endfor
</%def>
