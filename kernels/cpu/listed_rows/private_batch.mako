## The private memory of a batch of output lines.
## in: x, in_w.
## out: kept, coming, y_rows, values; batch_indices with indices; counts where the mode divides.
<%def name="declare()">
<% n, tile, aligned = spec.width, spec.tile, "__attribute__((aligned(64)))" %>
state_row kept ${aligned};
for (int lane = 0; lane < ${n}; ++lane) {
    for (int at = 0; at < ${tile} && at < in_w; at += ${n}) \
        put_state${n}(&kept, lane * ${tile} + at, identity${n}());
}
const __global ${spec.dtype.storage} *coming = x;
long y_rows[${n}];
${spec.accumulator} values[${n * n}] ${aligned} = {0};
% if spec.index:
${spec.position} batch_indices[${n * n}] ${aligned} = {0};
% endif
% if spec.mode.divides:
${spec.accumulator} counts[${n}];
for (int lane = 0; lane < ${n}; ++lane) counts[lane] = 1;
% endif
</%def>
