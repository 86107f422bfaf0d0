## Whether one index is none of the taps of its own window, or another than -1 where that has none.
## in: plane, y, od, oh; ow for column().
## out: none, row, to, first_row; far_w, first_w, without; index, astray.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="checks" file="/common/index_check.mako"/>

## The windows of the line at hand of the plane of outputs at `outputs`.
<%def name="line(outputs)">
% for axis in spec.axes[:-1]:
${window.own(axis, "o" + axis)}
% endfor
const int none = ${checks.none()};
const __global ${spec.dtype.storage} *row = plane${"".join(f" + o{axis} * g.x_{axis}"
    for axis in spec.axes[:-1])};
__global ${spec.out.storage} *to = y + ${outputs}${"".join(f" + o{axis} * g.y_{axis}"
    for axis in spec.axes[:-1])};
const ${spec.position} first_row \
    = (${spec.position})g.origin${"".join(f" + first_{axis} * ({spec.position})g.flat_{axis}"
    for axis in spec.axes[:-1])};
</%def>

## Those of output `ow` of it.
<%def name="column()">
${window.own("w", "ow")}
const int without = none | (far_w < 0);
</%def>

## The index at `from`.
<%def name="one(from_, to)">
% if spec.block:
const ${spec.position} index = load_index1(row + ${from_});
% else:
const ${spec.dtype.storage} index = row[${from_}];
% endif
${checks.begin(lanes_of(1))}
${checks.look(lanes_of(1), "index", "first_row + first_w", "far_w")}
const int astray = without ? index != -1 : ${checks.wrong(lanes_of(1))};
to[${to}] = astray;
</%def>
