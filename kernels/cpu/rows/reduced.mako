## A row of the input, reduced along its windows.
## in: plane, slot, kept, readable, readable_end, and what horizontal.mako leaves.
## out: row; flat_row with indices; steps, and row number slot of kept.
<%namespace name="ahead" file="/common/prefetch.mako"/>
<%namespace name="taps" file="/common/tap.mako"/>
<%namespace name="few" file="/cpu/rows/short_row.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="doubling" file="/cpu/rows/doubling.mako"/>

## Reduces the windows of a tile on `row` into kept row number `slot`.
<%def name="row()">
const __global ${spec.dtype.storage} *row = ${taps.row()};
% if spec.index:
const ${spec.position} w = 0;
const ${spec.position} flat_row = ${taps.flat()};
% endif
const ${lanes_of(spec.width).index} steps = ${lanes_of(spec.width).steps(along("w").stride)};
% if spec.long_row:
${doubling.windows()}
% else:
// Windows inside the row.
${rows.vectors("inner", "last_inner")}
    const ${spec.position} w1 = w0 + ${times("c", along("w").stride)};
    ${ahead.read("row + w1", spec.width * along("w").stride)}
    ${few.windows("inside")}
    put_state${spec.width}(kept + slot, c, part);
}
// Windows that overhang it.
for (int vector = 0; vector < columns; vector += ${spec.width}) {
    if (vector == inner && inner <= last_inner) {
        vector = last_inner;
        continue;
    }
    const int c = (vector < last_vector) ? vector : last_vector;
    const ${spec.position} w1 = w0 + ${times("c", along("w").stride)};
    ${ahead.read("row + w1", spec.width * along("w").stride)}
    if (${few.in_plane("row", "row")}) {
        ${few.windows("beside")}
        put_state${spec.width}(kept + slot, c, part);
    } else {
        ${few.windows("apart")}
        put_state${spec.width}(kept + slot, c, part);
    }
}
% endif
</%def>
