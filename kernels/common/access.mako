## Expressions and statements that read, write and convert scalars and vectors.
## in: the addresses and values given; to for keep().
## out: stores.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="nontemporal" file="/common/nontemporal.mako"/>

<%def name="read(lanes, base, space, address)" buffered="True" filter="trim">
% if lanes.n == 1:
*${atom(address)}
% else:
${dialect.vload(base, lanes.n, space, address)}
% endif
</%def>

<%def name="write(lanes, base, space, address, value)" buffered="True" filter="trim">
% if lanes.n == 1:
*${atom(address)} = ${value};
% elif spec.nontemporal and space == "__global":
${nontemporal.store(lanes, base, address, value)}
% else:
${dialect.vstore(base, lanes.n, space, address, value)};
% endif
</%def>

<%def name="convert(lanes, base, value)" buffered="True" filter="trim">
% if lanes.n == 1:
(${base})${atom(value)}
% else:
${dialect.convert(lanes.of(base), value)}
% endif
</%def>

## Stores a converted value at `to`; stores past the cache name it more than once.
<%def name="keep(lanes, base, value)">
% if lanes.n > 1 and spec.nontemporal and not value.isidentifier():
    const ${lanes.of(base)} stored = ${value};
    ${write(lanes, base, "__global", "to", "stored")}
% else:
    ${write(lanes, base, "__global", "to", value)}
% endif
</%def>
