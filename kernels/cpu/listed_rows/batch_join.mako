## The columns of a batch of output lines, joined to the outputs of each line.
## in: ow0, some, from, kept, coming; counts where averages are divided.
## out: values, batch_indices.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="merge" file="/common/merge.mako"/>

## Joins the columns of `some` outputs from `ow0` on, and finalizes them.
<%def name="join()"><%
    n, tile, many = spec.width, spec.tile, lanes_of(spec.width)
    elements = spec.thresholds.listed_lines * spec.thresholds.line_bytes // spec.dtype.size
%>
// Joins the columns of the windows.
for (int out = 0; out < some; ++out) {
    ${window.start("w", "ow0 + out")}
    ${ahead.read("coming", elements)}
    coming += ${elements};
    state${n} acc = get_state${n}(&kept, ((w0 - from) & ${n - 1}) * ${tile} \
        + ((w0 - from) & ${-n}));
    for (int column = w0 - from + 1; column < w1 - from; ++column) {
        acc = ${merge.merging(many)}(acc, get_state${n}(&kept, (column & ${n - 1}) * ${tile} \
            + (column & ${-n})));
    }
% if spec.mode.divides:
    const ${many.value} count \
        = get${n}(counts)${"" if spec.divisor == "given" else " * " + window.divisor("w")};
% endif
    put${n}(values + out * ${n}, ${output.finalized(many, "acc", "count")});
% if spec.index:
    put_index${n}(batch_indices + out * ${n}, acc.index);
% endif
}
</%def>
