## Memory is asked for before it is read.
## in: the addresses given.
## out: further of further(); nothing else, and nothing where compilers have no such construct.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%!
    #: Memory is asked for so many bytes ahead, where too few loads are under way at once. Time over a
    #: copy, PoCL 3.0, with 0, 2048, 4096 and 8192 bytes: max 3x3 s2 1.15 0.84 0.83 0.82, max 2x2 s2
    #: 0.82 0.72 0.66 0.68; global maximum, with 0, 2048 and 4096: 0.90 0.82 0.79.
    AHEAD = 4096
    #: Bytes of a page, and the part of it that is asked for early. On Cascade Lake, reading 51 MB and
    #: writing 13 in C takes 3.13 ms without it, 2.69 2.62 2.65 2.69 with a half, a quarter, an eighth and
    #: a sixteenth (all of it: 3.11). Time over kernels without it, PoCL 3.0: max 3x3 s2 0.89, 2x2 s2
    #: 0.85, avg 3x3 s2 0.85, global average 0.87, max 3x3 s2 of float64 0.81, max 2x2x2 0.93.
    PAGE, PART = 4096, 4
    #: Bytes of a cache line.
    LINE = 64
%>
## Asks for as many elements of so many bytes as are read from `from_` on, so many bytes behind them.
<%def name="read(from_, elements=1, size=0)"><% size = size or spec.dtype.size %>
% if spec.dialect == "clang":
%   for at in range(0, elements, LINE // size):
${dialect.prefetch(plus(from_, AHEAD // size + at))};
%   endfor
%   for at in range(0, elements, PART * LINE // size):
${page(plus(from_, at))}
%   endfor
% endif
</%def>

## Asks for the beginning of the page that follows what is asked for, line by line while a page is read:
## processors fetch what comes next by themselves, but only within a page, and only once it has begun.
<%def name="page(address)">
${dialect.prefetch(f"((ulong)({address}) & -{PAGE}ul) + {AHEAD + PAGE} + ((ulong)({address}) % {PAGE} / {PART})")};
</%def>

## Asks for elements `first` to `last` of a row, or those that lie so many bytes behind them.
<%def name="row(row, size, first, last, bytes=0, write=0)">
% if spec.dialect == "clang":
for (${spec.position} ow = ${first}; ow < ${last}; ow += ${LINE // size}) {
    ${dialect.prefetch(plus(f"{row} + ow", bytes // size), write)};
%   if bytes and not write:
    ${page(f"{row} + ow")}
%   endif
}
% endif
</%def>

## The same for results, to write them, unless they bypass the cache. Fractional maximum to 78x78 with
## indices, whose rows are written in pieces, PoCL 3.0: 14.4 ms, 7.8 with it. As far ahead as is read:
## max 3x3 s2 of 113x97 with indices 3.9, 3.5; gradient of avg 3x3 s2 to 113x97 3.5, 2.9.
<%def name="row_written(place, size, first, last, bytes=0)">
% if not spec.stream:
${row(place, size, first, last, bytes, write=1)}
% endif
</%def>

## Asks for as many elements of a result as are written from `to` on. Time over asking for a row before
## it is written, PoCL 3.0 on Cascade Lake: gradient of avg 3x3 s2 0.91, of max 0.96; but max 3x3 s1 1.06.
<%def name="write(to, size, elements)">
% if spec.dialect == "clang" and not spec.stream:
%   for at in range(0, elements, LINE // size):
${dialect.prefetch(plus(to, AHEAD // size + at), 1)};
%   endfor
% endif
</%def>

## How much further the next pixel lies than what is asked for: global average of 7x7x2048, PoCL 3.0,
## 0.89 of a copy instead of 0.96.
<%def name="further(pitch)">
% if spec.dialect == "clang":
const ${spec.position} further = (${pitch} > ${AHEAD // spec.dtype.size}) ? ${pitch} - ${AHEAD // spec.dtype.size} : 0;
% endif
</%def>
