## Where a batch of output lines goes in memory.
## in: y_rows, lane, y_row, ow0, ow1; values, batch_indices, batch, some.
## out: stores.
<%namespace name="ahead" file="/common/prefetch.mako"/>

## Where the outputs of the line at hand go.
<%def name="line_ends()">
y_rows[lane] = y_row;
${ahead.row_written("y + g.y_offset + y_row", spec.out.size, "ow0", "ow1")}
% if spec.index:
${ahead.row_written("indices + g.index_offset + y_row", spec.index_size, "ow0", "ow1")}
% endif
</%def>

## Stores `some` outputs from column `ow0` on of every line of a batch, whose lanes they are in.
<%def name="store_lines()"><% n = spec.width %>
// Outputs of the batch become lines again.
transpose${n}(values, ${n});
% if spec.index:
transpose_index${n}(batch_indices, ${n});
% endif
for (int lane = 0; lane < batch; ++lane) {
    __global ${spec.out.storage} *to = y + g.y_offset + y_rows[lane] + ow0;
    if (some == ${n}) store${n}(to, get${n}(values + lane * ${n}));
    else for (int out = 0; out < some; ++out) store1(to + out, values[lane * ${n} + out]);
% if spec.index:
    __global ${spec.index_storage} *index_to = indices + g.index_offset + y_rows[lane] + ow0;
    if (some == ${n}) store_index${n}(index_to, get_index${n}(batch_indices + lane * ${n}));
    else for (int out = 0; out < some; ++out) store_index1(index_to \
        + out, batch_indices[lane * ${n} + out]);
% endif
}
</%def>
