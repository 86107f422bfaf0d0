## Which places of a strip along the rows are taps: for states that have more than a value.
## in: line, strip; what tile_stage leaves.
## out: w, of the strip's first element; inside, the columns of the plane, 0 beside it; flat.
<%namespace name="stage" file="/gpu/tile_stage.mako"/>

## Where a strip of the row lies in its plane: w, the columns inside of it, the flat index.
<%def name="marks(step)"><% rest, unsigned = "line", "ulong" if spec.wide else "uint" %>\
% for axis, left in [(a, "slice" if a != spec.axes[0] else "own") for a in spec.axes[-2::-1]]:
${stage.split(rest, left, "at_" + axis, "span_" + axis)}
const ${spec.position} ${axis} = ${axis}0 + (${spec.position})at_${axis};
<% rest = left %>\
% endfor
const ${spec.position} w = w0 + (${spec.position})(strip * ${step});
const ${unsigned} inside = ${f"({' & '.join(f'(({unsigned}){a} < ({unsigned})g.in_{a})' for a in spec.axes[:-1])}) ? ({unsigned})g.in_w : 0" if spec.ndim > 1 else f"({unsigned})g.in_w"};
% if spec.index:
const ${spec.position} flat = (${spec.position})g.origin${"".join(f" + {a} * ({spec.position})g.flat_{a}" for a in spec.axes[:-1])} + w;
% endif
</%def>
