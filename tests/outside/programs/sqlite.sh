# SQL over some hundred thousand rows, with sums; the same in a file and in memory.
for place in :memory: /tmp/test.db; do
  sqlite3 $place <<'SQL'
create table t(id integer primary key, a integer, b real, c text, d blob);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)
insert into t select i, (i * 2654435761) % 1000003, (i * 2654435761 % 1000003) / 1009.0, printf('%08x%s', i * 40503 % 65536, substr('dormouse', 1 + i % 8)), unhex(printf('%04x', i % 65536)) from n;
create index t_a on t(a);
create index t_c on t(c, b);
select count(*), sum(a), sum(b), avg(b), min(c), max(c), total(length(d)) from t;
select a % 17 as g, count(*), sum(b), group_concat(distinct length(c)), max(b) - min(b) from t group by g order by g;
select x.id, y.id, x.a from t x join t y on x.a = y.a + 1 where x.id < 2000 order by 1, 2 limit 40;
select c, count(*) from t group by c having count(*) > 1 order by 2 desc, 1 limit 20;
select sum(v) from (select sum(a) over (partition by a % 101 order by id rows between 10 preceding and current row) as v from t where id < 20000);
select round(sum(sqrt(a)), 3), round(sum(ln(a + 1)), 3), round(sum(sin(b)), 3), round(sum(pow(b, 1.5)), 2) from t;
select 9223372036854775807 + 1, -9223372036854775808 - 1, 7 / -2, 7 % -2, 1e308 * 10, 0.1 + 0.2, 1 / 0, cast('9e18x' as integer), cast(1e19 as integer), 5 << 62, -1 >> 3, ~0;
select json_extract('{"a":[1,2,{"b":3.25e-3}]}', '$.a[2].b'), json_group_array(id) from (select id from t where a < 60 order by id);
begin; update t set b = b * 1.5, c = upper(c) where a % 3 = 0; delete from t where a % 7 = 0; savepoint s; delete from t; rollback to s; commit;
select count(*), sum(b), sum(length(replace(c, 'OUSE', ''))) from t;
select count(*) from t where c like '%mou%' and c glob '*[0-9a-f]mouse*';
with recursive m(x, y, cx, cy, i) as (select 0.0, 0.0, -0.7436, 0.1314, 0 union all select x*x - y*y + cx, 2*x*y + cy, cx, cy, i + 1 from m where i < 500 and x*x + y*y < 4.0) select max(i), sum(x), sum(y) from m;
.sha3sum
pragma integrity_check;
.selftest --init
vacuum;
reindex;
.selftest
select count(*), sum(a) from t;
SQL
done
