SELECT name, team FROM people WHERE id > 3
--
name | team
dee | null
eve | blue
===
SELECT team, count(*) AS n, sum(score) s FROM people GROUP BY team ORDER BY n DESC, team
--
team | n | s
blue | 2 | 2.5
red | 2 | 4.0
null | 1 | 4.0
===
SELECT identity.context.user, Identity.ARN, element_at(tags, 'a') FROM people WHERE identity.context.mfa
--
user | ARN | _col2
null | arn:5 | x
u1 | arn:1 | x
===
SELECT p.name, o.item FROM people p JOIN orders o ON p.id = o.person WHERE o.price > 1.55
--
name | item
ann | ink
bob | pen
eve | cap
===
SELECT nothing FROM people
--
error: line 1:8: Column 'nothing' cannot be resolved
===
SELECT name, rank() OVER (ORDER BY score DESC) r, row_number() OVER (PARTITION BY team ORDER BY name) n, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) s, lag(name) OVER (ORDER BY id) l FROM people ORDER BY name
--
name | r | n | s | l
ann | 4 | 1 | 1 | null
bob | 2 | 2 | 3 | ann
cid | 5 | 1 | 5 | bob
dee | 1 | 1 | 7 | cid
eve | 2 | 2 | 9 | dee
===
SELECT name, r FROM (SELECT name, score, rank() OVER (PARTITION BY team ORDER BY score DESC) AS r FROM people) WHERE r = 1 AND score > 2
--
name | r
bob | 1
dee | 1
eve | 1
===
WITH t AS (SELECT team, count(*) n FROM people GROUP BY team), u AS (SELECT max(n) m FROM t) SELECT t.team FROM t, u WHERE t.n = u.m
--
team
blue
red
===
SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM orders o WHERE o.person = p.id AND o.price > 5) OR id = 4
--
name
ann
dee
eve
===
SELECT name, (SELECT count(*) FROM orders o WHERE o.person = p.id) AS n, (SELECT sum(price) FROM orders o WHERE o.person = p.id) s FROM people p
--
name | n | s
ann | 2 | 8.75
bob | 1 | 1.60
cid | 0 | null
dee | 0 | null
eve | 1 | 10.00
===
SELECT name FROM people WHERE id NOT IN (SELECT person FROM orders)
--
name
===
SELECT name FROM people WHERE id NOT IN (SELECT person FROM orders WHERE person IS NOT NULL)
--
name
cid
dee
===
SELECT name, k, n FROM people CROSS JOIN UNNEST(list) AS t (k, n)
--
name | k | n
ann | p | 1
ann | q | 2
dee | p | null
===
SELECT name, t.k, i FROM people LEFT JOIN UNNEST(list) WITH ORDINALITY AS t (k, n, i) ON TRUE WHERE id < 4
--
name | k | i
ann | p | 1
ann | q | 2
bob | null | null
cid | null | null
===
SELECT name, key, val FROM people, UNNEST(tags) AS t (key, val) WHERE key <> 'b'
--
name | key | val
ann | a | x
bob | a | y
dee | z | 9
eve | a | x
===
SELECT transform(list, x -> x.n * id) FROM people WHERE cardinality(list) > 0
--
_col0
[1, 2]
[null]
===
SELECT team, array_agg(name ORDER BY name DESC) a, max_by(name, id) m, count(DISTINCT score) d, count(*) FILTER (WHERE active) f FROM people GROUP BY 1 ORDER BY 1
--
team | a | m | d | f
blue | [eve, cid] | eve | 1 | 2
red | [bob, ann] | bob | 2 | 1
null | [dee] | dee | 1 | 0
===
SELECT team, active, count(*) c, grouping(team, active) g FROM people GROUP BY ROLLUP (team, active)
--
team | active | c | g
blue | null | 2 | 1
blue | true | 2 | 0
null | null | 1 | 0
null | null | 1 | 1
null | null | 5 | 3
red | false | 1 | 0
red | null | 2 | 1
red | true | 1 | 0
===
SELECT name FROM people WHERE born > '2024-03-03' AND born <= timestamp '2024-03-05 10:30:00'
--
name
cid
dee
eve
===
SELECT id FROM people UNION SELECT person FROM orders EXCEPT VALUES 9, 1
--
id
2
3
4
5
null
===
SELECT count(*), sum(n), max(n) FROM empty
--
_col0 | _col1 | _col2
0 | null | null
===
SELECT CASE WHEN score > 2 THEN 'high' WHEN score IS NULL THEN 'none' ELSE 'low' END c, count(*) FROM people GROUP BY 1 HAVING count(*) > 1
--
c | _col1
high | 3
===
SELECT name FROM people ORDER BY score DESC, name LIMIT 2
--
name
dee
bob
===
SELECT name FROM people ORDER BY id OFFSET 1 LIMIT 2
--
name
bob
cid
===
SELECT DISTINCT team FROM people ORDER BY team NULLS FIRST
--
team
null
blue
red
===
SELECT p.name, o.item FROM people p FULL JOIN orders o ON p.id = o.person AND o.price > 1
--
name | item
ann | ink
ann | pen
bob | pen
cid | null
dee | null
eve | cap
null | box
null | pen
===
SELECT a.name, b.name FROM people a JOIN people b ON a.score < b.score AND a.team = b.team
--
name | name
ann | bob
===
SELECT a.name, b.name FROM people a, people b WHERE a.id < b.id AND b.id < 3
--
name | name
ann | bob
===
SELECT count(*) FROM people WHERE name LIKE '%e' OR name LIKE 'b_b'
--
_col0
3
===
SELECT team, name FROM people GROUP BY team
--
error: line 1:14: 'name' must be an aggregate expression or appear in GROUP BY clause
===
SELECT id FROM people, orders o, people
--
error: line 1:8: Column 'id' is ambiguous
===
SELECT name + 1 FROM people
--
error: line 1:13: Cannot apply operator: varchar + integer
===
SELECT frobnicate(1)
--
error: line 1:8: Function 'frobnicate' not registered
===
SELECT 1/0
--
error: Division by zero
===
SELECT try(1/0), try_cast('x' AS bigint), 7/2, 7/2.0, -7 % 3, 1e0/4, 1.5*2
--
_col0 | _col1 | _col2 | _col3 | _col4 | _col5 | _col6
null | null | 3 | 3.5 | -1 | 0.25 | 3.0
===
SELECT x FROM (VALUES (1, 'a'), (2, 'b')) AS t (x, y) WHERE x > ALL (SELECT 1) AND x = ANY (VALUES 2, 3)
--
x
2
===
SELECT date_trunc('month', born), count(*) FROM people WHERE born BETWEEN current_date - interval '10' day AND now() GROUP BY 1
--
_col0 | _col1
2024-03-01 00:00:00.000 | 5
===
SELECT approx_distinct(id), approx_percentile(id, 0.5), stddev_pop(id), avg(score), min(name), max(born), arbitrary(team) IS NOT NULL, bool_and(active) FROM people
--
_col0 | _col1 | _col2 | _col3 | _col4 | _col5 | _col6 | _col7
5 | 3 | 1.4142135623730951 | 2.625 | ann | 2024-03-05 10:30:00.000 | true | false
