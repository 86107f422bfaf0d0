## NaN seen once per item: taps compared as numbers, and the item done again where one is a NaN.
## in: what block_rows leaves; x, y, g, ow, oh, od, x_plane, y_plane of again().
## out: the function combine_numbers; again() returns where it stores.
<%! from itertools import product %>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="rows" file="/gpu/block_rows.mako"/>

<%def name="functions(lanes)">
// combine, where neither state is a NaN.
static state${lanes.n} combine_numbers${lanes.n}(state${lanes.n} a, const state${lanes.n} b)
{
    a.value = ${"fmax" if spec.mode.ordering == "largest" else "fmin"}(a.value, b.value);
    return a;
}
</%def>

## Computes the outputs of the block one by one, if an element of its rows is a NaN.
<%def name="again()"><%
    last = spec.layout == "last"
    lanes = lanes_of(spec.width if last else 1)
    read = rows.unit()
    whole, single = [], []
    for number, (n, _) in product(range(len(block.rows)), enumerate(block.units)):
        lanes_used = [] if last else block.lanes_of_unit(n)
        if None in lanes_used:
            single += [f"x{number}_{n}.s{lane:x}"
                for lane, place in enumerate(lanes_used) if place is not None]
        else:
            whole.append(f"x{number}_{n}")
    found = ["nan" if read.n == 1 else "any(nan)"] * bool(whole) + ["nan1"] * bool(single)
%>
// Whether any tap is a NaN.
% if whole:
${read.mask} nan = ${f"{whole[0]} != {whole[0]}"};
% for name in whole[1:]:
nan |= ${name} != ${name};
% endfor
% endif
% if single:
int nan1 = ${f"{single[0]} != {single[0]}"};
% for name in single[1:]:
nan1 |= ${name} != ${name};
% endfor
% endif
if (${" | ".join(found)}) {
% for axis in block.axes:
    const ${spec.position} begin_${axis.name} = o${axis.name}, end_${axis.name} \
        = min(o${axis.name} + ${axis.outputs}, (${spec.position})g.out_${axis.name});
% endfor
% for axis in block.axes:
    for (${spec.position} o${axis.name} = begin_${axis.name}; o${axis.name} < end_${axis.name}; \
        ++o${axis.name}) {
        ${window.start(axis.name, "o" + axis.name)}
% endfor
        ${taps.reduce(lanes, "")}
        store${lanes.n}(y + y_plane${"".join(f" + o{axis.name} * g.y_{axis.name}"
            for axis in block.axes[:-1])} \
            + ow${" * g.y_w" if last else ""}, ${output.finalized(lanes, "acc", "")});
${"}" * spec.ndim}
    return;
}
</%def>
