## The head of a kernel, or of the function of an item of it: its name and its arguments.
## in: item and items, where an item is a function.
## out: x, y, g and the other arguments.
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
        if spec.in_portions:
            found.append((f"__global state{spec.width} *restrict ", "states"))
        found.append(("const geometry ", "g"))
        return found + [("__global int *", "refused")] * spec.mode.refuses
%>
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>

## The head of the kernel, or of the function that computes item number `item` of `items`; of two
## kernels the second one's name ends in `what`.
<%def name="kernel(what='')" buffered="True" filter="trim">
% if spec.no_auto_vectorise:
static ${dialect.apart()} void ${spec.label}_item(
    ${arguments()},
    const ulong item, const ulong items)
% else:
__kernel void ${spec.label}${what}(
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
