## From work-items to places in memory: what a kernel is given, and what an item of it is for.
## in: outer for planes(); line for place() and line(), which take what planes() leaves.
## out: x, y, g and the other arguments; outer0, outer1, plane, y_plane, plane_list; od, oh; d0,
##     h0, y_row.
<%!
    def declared(spec):
        """The kernel's arguments: the type and the name of each."""
        inputs, read = spec.mode.inputs, lambda base: f"const __global {base} *restrict "
        found = [(read(spec.dtype.storage), "x")]
        found += [(read(spec.input_index_storage), "indices")] * ("indices" in inputs)
        for name in ("forward_output", "window_max", "window_mean", "weight_sum", "forward_input"):
            if name in inputs:
                exact = name in ("window_mean", "weight_sum")
                found.append((read(spec.accumulator if exact else spec.dtype.storage), name))
        if spec.lists:
            found.append((read("int"), "list"))
        if spec.mode.draws:
            found.append(("const ulong ", "seed"))
        found.append((f"__global {spec.out.storage} *restrict ", "y"))
        if spec.index:
            found.append((f"__global {spec.index_storage} *restrict ", "indices"))
        found.append(("const geometry ", "g"))
        return found + [("__global int *", "refused")] * spec.mode.refuses
%>
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## The head of the kernel, or of the function that computes item number `item` of `items`.
<%def name="kernel()" buffered="True" filter="trim">
% if spec.no_auto_vectorise:
static ${dialect.apart()} void ${spec.label}_item(
    ${arguments()},
    const ulong item, const ulong items)
% else:
__kernel void ${spec.label}(
    ${arguments()})
% endif
</%def>

## The kernel of items that are functions. PoCL copies the text of a kernel into three functions.
<%def name="launched()">
% if spec.no_auto_vectorise:
${dialect.alone()}
__kernel void ${spec.label}(
    ${arguments()})
{
    ${spec.label}_item(${names()}, get_global_id(0), get_global_size(0));
}
% endif
</%def>

<%def name="arguments()" buffered="True" filter="trim">
    ${",\n    ".join(kind + name for kind, name in declared(spec))}
</%def>

<%def name="names()" buffered="True" filter="trim">
    ${", ".join(name for _, name in declared(spec))}
</%def>

## The output lines of a plane.
<%def name="lines()" buffered="True" filter="trim">
    ${" * ".join(f"g.out_{axis}" for axis in spec.axes[:-1]) or 1}
</%def>

## Plane number `outer` of the input, and the offset of that of the output.
<%def name="planes()">
// Where the plane lies.
const uint outer0 = outer / (uint)g.outer1;
const uint outer1 = outer % (uint)g.outer1;
const __global ${spec.dtype.storage} *plane = x \
    + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
% if spec.window == "listed":
const long plane_list = g.list_offset + outer0 * g.list_outer0 + outer1 * g.list_outer1;
% endif
const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
</%def>

## The output position (od, oh) of output row `line`.
<%def name="place()">
% if spec.ndim == 3:
const ${spec.position} od = line / (${spec.position})g.out_h;
const ${spec.position} oh = line % (${spec.position})g.out_h;
% elif spec.ndim == 2:
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
