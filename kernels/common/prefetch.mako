## Memory is asked for before it is read.
## in: the addresses given.
## out: further of further(); nothing else, and nothing where compilers have no such construct.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
## Asks for as many elements of so many bytes as are read from `from_` on, so many bytes behind them.
<%def name="read(from_, elements=1, size=0)"><% known, size = spec.thresholds, size or spec.dtype.size %>
% if spec.dialect == "clang":
%   for at in range(0, elements, known.line_bytes // size):
${dialect.prefetch(plus(from_, known.prefetch_bytes // size + at))};
%   endfor
%   for at in range(0, elements, known.page_part * known.line_bytes // size):
${page(plus(from_, at))}
%   endfor
% endif
</%def>

## Asks for the beginning of the page that follows what is asked for, line by line while a page is read:
## processors fetch what comes next by themselves, but only within a page, and only once it has begun.
<%def name="page(address)"><%
    page, part = spec.thresholds.page_bytes, spec.thresholds.page_part
    behind = spec.thresholds.prefetch_bytes + page
%>
${dialect.prefetch(f"((ulong)({address}) & -{page}ul) + {behind} + ((ulong)({address}) % {page} / {part})")};
</%def>

## Asks for elements `first` to `last` of a row, or those that lie so many bytes behind them.
<%def name="row(row, size, first, last, bytes=0, write=0)">
% if spec.dialect == "clang":
for (${spec.position} ow = ${first}; ow < ${last}; ow += ${spec.thresholds.line_bytes // size}) {
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
<%def name="write(to, size, elements)"><% known = spec.thresholds %>
% if spec.dialect == "clang" and not spec.stream:
%   for at in range(0, elements, known.line_bytes // size):
${dialect.prefetch(plus(to, known.prefetch_bytes // size + at), 1)};
%   endfor
% endif
</%def>

## How much further the next pixel lies than what is asked for: global average of 7x7x2048, PoCL 3.0,
## 0.89 of a copy instead of 0.96.
<%def name="further(pitch)"><% step = spec.thresholds.prefetch_bytes // spec.dtype.size %>
% if spec.dialect == "clang":
const ${spec.position} further = (${pitch} > ${step}) ? ${pitch} - ${step} : 0;
% endif
</%def>
