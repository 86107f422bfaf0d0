## What rows_covering keeps of a row.
## in: row, w0, i, into.
## out: elements i and following of the row that into points to.
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="looks" file="/cpu/gradient_rows/index_check.mako"/>

## Vectors or elements of all that is kept, from number `i` of a row on.
<%def name="fill(lanes)"><% n = lanes.n %>
const ${spec.position} w = w0 + i;
% if kept.maps_early:
put${n}(into->value + i, map${n}(load${n}(row + w), ${count(lanes)}));
% else:
put${n}(into->value + i, load${n}(row + w));
% endif
% for name in kept.kept:
%   if name == "indices":
const ${lanes.of(spec.input_index_storage)} index = ${memory.read(lanes, spec.input_index_storage,
    "__global", "indices + g.indices_shift + (row + w - x)")};
put_index${n}(into->indices + i, ${memory.convert(lanes, spec.position, "index")});
${looks.look(lanes, "index")}
%   elif name == "count":
put${n}(into->count + i, ${count(lanes)});
%   else:
put${n}(into->${name} + i, load${"_wide" if name in ("window_mean",
    "weight_sum") else ""}${n}(${name} + g.${name}_shift + (row + w - x)));
%   endif
% endfor
</%def>

## What the averages at hand were divided by.
<%def name="count(lanes)" buffered="True" filter="trim"><%
    listed = lambda axis: f"list + g.list_offset + g.count_{axis} + {axis}"
    others = "".join(f" * ({spec.accumulator})*({listed(axis)})" for axis in spec.axes[:-1])
%>
% if spec.divisor == "given":
${lanes.splat("g.divisor", spec.accumulator)}
% else:
${memory.convert(lanes, spec.accumulator,
    memory.read(lanes, "int", "__global", listed("w")))}${others}
% endif
</%def>
