## Indices from memory and to it, for one width. Where positions have 32 bits, work-items of a flat
## index read and write those of 64 as two words, the low one and its sign: no integer is wider.
## in: from, to and index inside the functions.
## out: the functions store_index and load_index of the width.
<%namespace name="memory" file="/common/access.mako"/>

## Words of an index, and how many indices one load or store of 16 bytes has; 0 for OpenCL's own.
<%def name="words(dtype)"><% return 2 if spec.in_words(dtype) else 1 %></%def>
<%def name="piece(lanes, dtype, aligned)"><%
    if not spec.block or spec.wide:
        return 0
    return min(4 // words(dtype), lanes.n) if aligned else int(words(dtype) > 1)
%></%def>

## A vector of ints from scalars.
<%def name="joined(each)" buffered="True" filter="trim">
    ${each[0] if len(each) == 1 else f"(int{len(each)})({', '.join(each)})"}
</%def>

<%def name="store(lanes, aligned)"><%
    size, count = piece(lanes, spec.index, aligned), words(spec.index)
    same = spec.index_storage == spec.position
    lane_of = lambda name, lane: name if lanes.n == 1 else f"{name}.s{lane:x}"
    given = lambda at: [lane_of(name, lane)
        for lane in range(at, at + size) for name in ("index", "sign")[:count]]
%>
static void store_index${lanes.n}(__global ${spec.index_storage} *to, const ${lanes.index} index)
{
% if not size:
    ${memory.keep(lanes, spec.index_storage,
        "index" if same else memory.convert(lanes, spec.index_storage, "index"))}
% else:
    __global int${size * count} *words = (__global int${size * count} *)to;
%   if count > 1:
    const ${lanes.index} sign = index >> 31;
%   endif
%   for at in range(0, lanes.n, size):
    words[${at // size}] = ${joined(given(at))};
%   endfor
% endif
}
</%def>

<%def name="load(lanes, aligned)"><%
    size, count = piece(lanes, spec.input_index, aligned), words(spec.input_index)
    pieces = range(0, lanes.n, max(size, 1))
    of = lambda number: f".s{number:x}" if size * count > 1 else ""
    given = lambda word: [f"words{at}{of(count * lane + word)}"
        for at in pieces for lane in range(size)]
%>
static ${lanes.index} load_index${lanes.n}(const __global ${spec.input_index_storage} *from)
{
% if not size:
    return ${memory.convert(lanes, spec.position,
        memory.read(lanes, spec.input_index_storage, "__global", "from"))};
% else:
    const __global int${size * count} *words = (const __global int${size * count} *)from;
%   for at in pieces:
    const int${size * count} words${at} = words[${at // size}];
%   endfor
%   if count > 1:
    const ${lanes.index} index = ${joined(given(0))};
    // One that does not fit becomes one that no tap has.
    return (${joined(given(1))} == index >> 31) ? index : ${lanes.splat("INT_MIN", "int")};
%   else:
    return ${joined(given(0))};
%   endif
% endif
}
</%def>
