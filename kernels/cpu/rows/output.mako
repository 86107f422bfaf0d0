## From states to a line of the output.
## in: y_row, ow0, columns, counts; c and acc for emit().
## out: to, index_to, line_count; emit() stores.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>

## Where the line at hand goes, and the part of the divisor that a whole output line shares.
<%def name="line_ends()">
// Where the output line lies.
__global ${spec.out.storage} *to = y + g.y_offset + y_row + ow0;
${ahead.row_written("to", spec.out.size, 0, "columns", spec.thresholds.prefetch_bytes)}
% if spec.index:
__global ${spec.index_storage} *index_to = indices + g.index_offset + y_row + ow0;
${ahead.row_written("index_to", spec.index_size, 0, "columns", spec.thresholds.prefetch_bytes)}
% endif
% if spec.mode.divides:
const ${spec.accumulator} line_count = ${window.divisor(spec.axes[:-1])};
% endif
</%def>

## Finalizes the vector of states `acc` for columns c and following, and stores the `whole` of it,
## or as many as there are.
<%def name="emit(whole=False, to='to')"><% n = spec.width; many = lanes_of(n) %>
% if spec.divisor in ("padded", "valid"):
const ${many.value} count = line_count * get${n}(counts + c);
% elif spec.mode.divides:
const ${many.value} count = line_count;
% endif
const ${many.value} finalized = ${output.finalized(many, "acc", "count")};
% if whole:
${vector(to)}
% else:
if (columns >= ${n}) {
    ${vector(to)}
} else {
    ${lane_by_lane()}
}
% endif
</%def>

<%def name="vector(to)"><% n = spec.width %>
store${n}(${to} + c, finalized);
% if spec.index:
store_index${n}(index_to + c, acc.index);
% endif
</%def>

<%def name="lane_by_lane()"><% n = spec.width %>
${spec.accumulator} edge[${n}];
put${n}(edge, finalized);
% if spec.index:
${spec.position} edge_index[${n}];
put_index${n}(edge_index, acc.index);
% endif
for (int lane = 0; lane < columns - c; ++lane) {
    store1(to + c + lane, edge[lane]);
% if spec.index:
    store_index1(index_to + c + lane, edge_index[lane]);
% endif
}
</%def>
