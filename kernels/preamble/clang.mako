## For CPU compilers made of clang. PoCL 3.0 calls the OpenCL builtins as functions, never inlined,
## so vectors are read and converted by language constructs only.
<%def name="typedefs(types)">
// Vectors at any address.
% for base, width, size in types:
typedef ${base} ${base}${width}_any __attribute__((ext_vector_type(${width}), aligned(${size})));
% endfor
</%def>

<%def name="vload(base, width, space, address)" buffered="True" filter="trim">*(const ${space} ${base}${width}_any *)(${address})</%def>

<%def name="vstore(base, width, space, address, value)" buffered="True" filter="trim">*(${space} ${base}${width}_any *)(${address}) = ${value}</%def>

## Past the cache, for results that the next kernel will not find there anyway.
<%def name="stream(type, address, value)" buffered="True" filter="trim">__builtin_nontemporal_store(${value}, (__global ${type} *)(${address}))</%def>

<%def name="convert(type, value)" buffered="True" filter="trim">__builtin_convertvector(${value}, ${type})</%def>

## Every other lane of twice as many.
<%def name="alternate(base, width, space, address, first)" buffered="True" filter="trim"><%
    lanes = ", ".join(str(2 * lane + first) for lane in range(width))
%>__builtin_shufflevector(${vload(base, width, space, address)}, ${vload(base, width, space, f"{address} + {width}")}, ${lanes})</%def>

## Lanes of two vectors, those of the second numbered behind those of the first.
<%def name="shuffle(type, first, second, lanes)" buffered="True" filter="trim">__builtin_shufflevector(${first}, ${second}, ${", ".join(map(str, lanes))})</%def>

## No loop is unrolled by force: the vectoriser of LLVM 15 (PoCL 3.1) dies of some that are.
<%def name="unroll()"></%def>
