## For CPU compilers made of clang. PoCL 3.0 calls the OpenCL builtins as functions, never inlined,
## so vectors are read and converted by language constructs only.
<%def name="typedefs(types)">
// Vectors at any address.
% for base, width, size in types:
%   if width > 16:
typedef ${base} ${base}${width} __attribute__((ext_vector_type(${width})));
%   endif
typedef ${base} ${base}${width}_any __attribute__((ext_vector_type(${width}), aligned(${size})));
% endfor
</%def>

## Before a kernel whose items are not put into vectors together.
<%def name="alone()" buffered="True" filter="trim">
#if __has_attribute(intel_vec_len_hint)
__attribute__((intel_vec_len_hint(1)))
#endif
</%def>

## Of a function that is not copied to where it is called.
<%def name="apart()" buffered="True" filter="trim">__attribute__((noinline))</%def>

<%def name="vload(base, width, space, address)" buffered="True" filter="trim">
    *(const ${space} ${base}${width}_any *)${atom(address)}
</%def>

<%def name="vstore(base, width, space, address, value)" buffered="True" filter="trim">
    *(${space} ${base}${width}_any *)${atom(address)} = ${value}
</%def>

## Past the cache, for results that the next kernel will not find there anyway.
<%def name="nontemporal(type, address, value)" buffered="True" filter="trim">
    __builtin_nontemporal_store(${value}, (__global ${type} *)${atom(address)})
</%def>

<%def name="convert(type, value)" buffered="True" filter="trim">
    __builtin_convertvector(${value}, ${type})
</%def>

## So many lanes, from number `first` on.
<%def name="part(value, first, count)" buffered="True" filter="trim">
    __builtin_shufflevector(${value}, ${value}, ${", ".join(str(first + lane)
        for lane in range(count))})
</%def>

## Every other lane of twice as many.
<%def name="alternate(base, width, space, address, first)" buffered="True" filter="trim"><%
    lanes = ", ".join(str(2 * lane + first) for lane in range(width))
%>\
    __builtin_shufflevector(${vload(base, width, space, address)}, ${vload(base, width, space,
        f"{address} + {width}")}, ${lanes})</%def>

## Vector number `number` of those whose elements come from all `vectors` in turn.
<%def name="interleave(type, width, vectors, number)" buffered="True" filter="trim"><%
    several = len(vectors)
    places = [divmod(number * width + lane, several)[::-1] for lane in range(width)]
%>
% if several == 1:
${vectors[0]}
% elif several == 2:
__builtin_shufflevector(${", ".join(vectors)}, ${", ".join(str(vector * width + lane)
    for vector, lane in places)})
% else:
(${type})(${", ".join(f"{vectors[vector]}.s{lane:x}" for vector, lane in places)})
% endif
</%def>

## Lanes of two vectors, those of the second numbered behind those of the first.
<%def name="shuffle(type, first, second, lanes)" buffered="True" filter="trim">
    __builtin_shufflevector(${first}, ${second}, ${", ".join(map(str, lanes))})
</%def>

## Asks for the cache line at an address that may lie outside of the buffer, to read it or to write
## it, into the nearest cache.
<%def name="prefetch(address, write=0)" buffered="True" filter="trim">
    __builtin_prefetch((const void *)(ulong)(${address}), ${write}, 3)
</%def>

## No loop is unrolled by force: the vectoriser of LLVM 15 (PoCL 3.1) dies of some that are.
<%def name="unroll()"></%def>
