## From work-items to places in memory: what a kernel is given, and what an item of it is for.
<%namespace name="dialect" file="${'/preamble/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## The head of the kernel.
<%def name="kernel()" buffered="True" filter="trim">
% if spec.alone:
${dialect.alone()}
% endif
__kernel void ${spec.label}(
    ${arguments()})
</%def>

<%def name="arguments()" buffered="True" filter="trim">const __global ${spec.dtype.storage} *restrict x,
% for name in ("chosen", "place"):
% if name in spec.mode.takes:
    const __global ${spec.chosen_storage} *restrict ${name},
% endif
% endfor
% for name in ("result", "largest", "mean", "total", "own"):
% if name in spec.mode.takes:
    const __global ${spec.accumulator if name in ("mean", "total") else spec.dtype.storage} *restrict ${name},
% endif
% endfor
% if spec.lists:
    const __global int *restrict list,
% endif
% if spec.mode.draws:
    const ulong seed,
% endif
    __global ${spec.out.storage} *restrict y,
% if spec.index:
    __global ${spec.index_storage} *restrict indices,
% endif
    const geometry g\
% if spec.mode.refuses:
,
    __global int *refused\
% endif
</%def>

## Plane number `outer` of the input, and the offset of that of the output.
<%def name="planes()">
const uint outer0 = outer / (uint)g.outer1;
const uint outer1 = outer % (uint)g.outer1;
const __global ${spec.dtype.storage} *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
% if spec.window == "listed":
const long plane_list = g.list_offset + outer0 * g.list_outer0 + outer1 * g.list_outer1;
% endif
const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
</%def>

## The output position (od, oh) of output row `line`.
<%def name="place()">
% if spec.rank == 3:
const ${spec.position} od = line / (${spec.position})g.out_h;
const ${spec.position} oh = line % (${spec.position})g.out_h;
% elif spec.rank == 2:
const ${spec.position} oh = line;
% endif
</%def>

## The output position of output row `line`, and where its windows start.
<%def name="line()">
${place()}
% for axis in spec.axes[:-1]:
${window.start(axis, "o" + axis)}
% endfor
const long y_row = y_plane${"".join(f" + o{axis} * g.y_{axis}" for axis in spec.axes[:-1])};
</%def>
