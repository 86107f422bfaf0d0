## One lane of many: vector `name`8 of eight lanes becomes `name`4, `name`2 and the scalar `name`1.
## in: the vector name8 of eight lanes.
## out: name4, name2, name1.
<%def name="lanes(n, base, operator, name)">
% while n > 1:
<% n, before = n // 2, n %>\
const ${base}${n if n > 1 else ""} ${name}${n} \
    = ${name}${before}.lo ${operator} ${name}${before}.hi;
% endwhile
</%def>
