SELECT a.name, b.item FROM people a LEFT JOIN orders b ON a.id = b.person AND b.item <> 'pen' WHERE a.team = 'red' OR a.id = 5
--
name | item
ann | ink
bob | null
eve | cap
===
SELECT o.item, p.name FROM people p RIGHT JOIN orders o ON o.person = p.id AND p.active
--
item | name
box | null
cap | eve
ink | ann
pen | ann
pen | null
pen | null
===
SELECT person, name FROM orders JOIN (SELECT id AS person, name FROM people) USING (person) GROUP BY person, name
--
person | name
1 | ann
2 | bob
5 | eve
===
SELECT * FROM orders o WHERE price = (SELECT max(price) FROM orders)
--
person | item | price
5 | cap | 10.00
===
SELECT name, (SELECT item FROM orders o WHERE o.person = p.id) FROM people p WHERE id > 1
--
name | _col1
bob | pen
cid | null
dee | null
eve | cap
===
SELECT name, (SELECT item FROM orders o WHERE o.person = p.id) FROM people p
--
error: Scalar sub-query has returned multiple rows
===
SELECT (SELECT id FROM people)
--
error: Scalar sub-query has returned multiple rows
===
SELECT name FROM people p WHERE id IN (SELECT person FROM orders o WHERE o.item = 'pen' AND o.person = p.id) AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.person = p.id AND o.item = 'ink')
--
name
bob
===
SELECT p.name, x.total FROM people p LEFT JOIN LATERAL (SELECT o.person, sum(price) AS total FROM orders o WHERE o.person = p.id GROUP BY o.person) x ON TRUE WHERE p.id < 4
--
name | total
ann | 8.75
bob | 1.60
cid | null
===
WITH a AS (SELECT id, team FROM people), b AS (SELECT team, count(*) n FROM a GROUP BY team) SELECT a.id, b.n FROM a JOIN b ON a.team = b.team
--
id | n
1 | 2
2 | 2
3 | 2
5 | 2
===
WITH t (a, b) AS (VALUES (1, 'x'), (2, 'y')), u AS (SELECT * FROM t) SELECT u.a, t.b FROM u, t WHERE u.a < t.a
--
a | b
1 | y
===
SELECT team FROM people INTERSECT ALL SELECT team FROM people WHERE id > 1
--
team
blue
blue
null
red
===
SELECT team FROM people EXCEPT ALL SELECT 'red'
--
team
blue
blue
null
red
===
SELECT name, score FROM people ORDER BY score DESC NULLS FIRST FETCH FIRST 3 ROWS WITH TIES
--
name | score
cid | null
dee | 4.0
bob | 2.5
eve | 2.5
===
SELECT name, score FROM people ORDER BY score NULLS FIRST, name LIMIT 3
--
name | score
cid | null
ann | 1.5
bob | 2.5
===
SELECT name AS n FROM people ORDER BY upper(n) DESC LIMIT 1
--
n
eve
===
SELECT team, sum(score) FROM people GROUP BY team ORDER BY sum(score) DESC, count(*), team
--
team | _col1
null | 4.0
red | 4.0
blue | 2.5
===
SELECT name, ntile(2) OVER (ORDER BY id) a, percent_rank() OVER (ORDER BY score) b, cume_dist() OVER (ORDER BY id) c, dense_rank() OVER (ORDER BY score) d FROM people ORDER BY id
--
name | a | b | c | d
ann | 1 | 0.0 | 0.2 | 1
bob | 1 | 0.25 | 0.4 | 2
cid | 1 | 1.0 | 0.6 | 4
dee | 2 | 0.75 | 0.8 | 3
eve | 2 | 0.25 | 1.0 | 2
===
SELECT id, first_value(team) IGNORE NULLS OVER w f, last_value(name) OVER w l, nth_value(name, 2) OVER w n, lead(name, 2, 'none') OVER (ORDER BY id) d FROM people WINDOW w AS (ORDER BY id DESC ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) ORDER BY id
--
id | f | l | n | d
1 | red | ann | ann | cid
2 | blue | ann | bob | dee
3 | blue | bob | cid | eve
4 | blue | cid | dee | none
5 | blue | dee | dee | none
===
SELECT id, sum(id) OVER (ORDER BY score RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) s, count(*) OVER (ORDER BY score GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING) g, count(*) OVER (PARTITION BY team) t FROM people ORDER BY id
--
id | s | g | t
1 | 1 | 3 | 2
2 | 8 | 3 | 2
3 | 3 | 1 | 2
4 | 4 | 2 | 1
5 | 8 | 3 | 2
===
SELECT id, array_agg(name) OVER (ORDER BY id) a, count(*) FILTER (WHERE active) OVER () c FROM people WHERE id < 4 ORDER BY id
--
id | a | c
1 | [ann] | 2
2 | [ann, bob] | 2
3 | [ann, bob, cid] | 2
===
SELECT map_agg(name, score), histogram(team), multimap_agg(team, name) FROM people WHERE id < 3
--
_col0 | _col1 | _col2
{ann=1.5, bob=2.5} | {red=2} | {red=[ann, bob]}
===
SELECT min(name, 2), max_by(name, score, 2), approx_most_frequent(1, team, 10), listagg(name, '-') WITHIN GROUP (ORDER BY id DESC), sum(DISTINCT score), geometric_mean(id), corr(id, id), covar_pop(id, id), regr_slope(id, id) FROM people WHERE team = 'red'
--
_col0 | _col1 | _col2 | _col3 | _col4 | _col5 | _col6 | _col7 | _col8
[ann, bob] | [bob, ann] | {red=2} | bob-ann | 4.0 | 1.414213562373095 | 1.0 | 0.25 | 1.0
===
SELECT sum(price), avg(price), min(price), count(price), sum(price) / count(*) FROM orders
--
_col0 | _col1 | _col2 | _col3 | _col4
20.40 | 4.08 | 0.05 | 5 | 3.40
===
SELECT 1.1 + 2, 10 / 4, 10 / 4.0, 5 % 3.5, 2 * 1.50, -1.5, 1e1, CAST('1.25' AS decimal(3,1)), round(2.567, 1), 0.1 + 0.2 = 0.3
--
_col0 | _col1 | _col2 | _col3 | _col4 | _col5 | _col6 | _col7 | _col8 | _col9
3.1 | 2 | 2.5 | 1.5 | 3.00 | -1.5 | 10.0 | 1.3 | 2.600 | true
===
SELECT date '2024-01-31' + interval '1' month, timestamp '2024-03-05 10:00:00' - interval '90' minute, timestamp '2024-03-05 00:00:00' - timestamp '2024-03-04 12:00:00', current_date, interval '1' day * 2
--
_col0 | _col1 | _col2 | _col3 | _col4
2024-02-29 | 2024-03-05 08:30:00.000 | 0 12:00:00.000 | 2024-03-06 | 2 00:00:00.000
===
SELECT coalesce(team, 'none') t, nullif(id, 4), if(active, 1, 0), greatest(id, 3), team IS DISTINCT FROM 'red' FROM people
--
t | _col1 | _col2 | _col3 | _col4
blue | 3 | 1 | 3 | true
blue | 5 | 1 | 5 | true
none | null | 0 | 4 | true
red | 1 | 1 | 3 | false
red | 2 | 0 | 3 | false
===
SELECT name FROM people WHERE team NOT IN ('red', 'green') AND id BETWEEN 2 AND 4 OR NOT active
--
name
bob
cid
===
SELECT name FROM people WHERE team IN ('red', NULL) OR team NOT IN ('blue', NULL)
--
name
ann
bob
===
SELECT count(*) FROM people WHERE NOT (team = 'red')
--
_col0
2
===
SELECT name LIKE 'a%', name LIKE '_o_', name LIKE '%e%', 'a_b' LIKE 'a!_b' ESCAPE '!', 'axb' LIKE 'a!_b' ESCAPE '!' FROM people WHERE id < 3
--
_col0 | _col1 | _col2 | _col3 | _col4
false | true | false | true | false
true | false | false | true | false
===
SELECT tags['a'] FROM people WHERE element_at(tags, 'b') IS NOT NULL
--
_col0
x
===
SELECT tags['a'] FROM people WHERE id = 4
--
error: Key not present in map: a
===
SELECT list[1].k, identity[1], ARRAY[1, 2, NULL][2], ROW(1, 'x')[2], MAP(ARRAY['a'], ARRAY[1])['a'] FROM people WHERE id = 1
--
k | _col1 | _col2 | _col3 | _col4
p | arn:1 | 2 | x | 1
===
SELECT filter(transform(list, r -> r.n), n -> n > 1), any_match(list, r -> r.k = 'q'), reduce(list, 0, (s, r) -> s + r.n, s -> s), json_extract_scalar(element_at(tags, 'b'), '$.c') FROM people WHERE id = 1
--
_col0 | _col1 | _col2 | _col3
[2] | true | 3 | 1
===
SELECT transform(ARRAY[1, 2], x -> transform(ARRAY[10, 20], y -> x + y))
--
_col0
[[11, 21], [12, 22]]
===
SELECT team, name, count(*) FROM people GROUP BY CUBE (team), name HAVING name < 'c'
--
team | name | _col2
null | ann | 1
null | bob | 1
red | ann | 1
red | bob | 1
===
SELECT DISTINCT team, active FROM people ORDER BY 1, 2
--
team | active
blue | true
red | false
red | true
null | null
===
SELECT t.n FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT NULL) t WHERE n IS NOT NULL ORDER BY n DESC
--
n
2
1
===
SELECT p.*, o.item FROM (SELECT id, name FROM people) p JOIN orders o ON p.id = o.person WHERE o.item LIKE 'c%'
--
id | name | item
5 | eve | cap
===
SELECT identity.* FROM people WHERE id = 2
--
arn | context
arn:2 | {user=u2, mfa=false}
===
SELECT count(*) FROM people, orders
--
_col0
30
===
SELECT x, y FROM UNNEST(ARRAY[1, 2, 3], ARRAY['a']) AS t (x, y)
--
x | y
1 | a
2 | null
3 | null
===
SELECT max(n) FROM (SELECT team, count(*) n FROM people GROUP BY team) WHERE n < 2
--
_col0
1
===
SELECT name FROM people WHERE score >= ALL (SELECT score FROM people WHERE score IS NOT NULL) OR score < ANY (SELECT 2.0)
--
name
ann
dee
===
SELECT name FROM people TABLESAMPLE BERNOULLI (10)
--
error: line 1:25: TABLESAMPLE is not supported
===
SELECT count(x -> x) FROM people
--
error: line 1:14: a lambda expression can only be an argument of a function that takes one
===
SELECT sum(count(*)) FROM people
--
error: line 1:12: Arguments of aggregations cannot contain aggregations, window functions or grouping operations: count
===
SELECT id FROM people WHERE count(*) > 1
--
error: line 1:29: WHERE clause cannot contain aggregations, window functions or grouping operations: count
===
SELECT id FROM people WHERE rank() OVER (ORDER BY id) = 1
--
error: line 1:29: WHERE clause cannot contain window functions: rank
===
SELECT id FROM people GROUP BY 1 ORDER BY name
--
error: line 1:43: 'name' must be an aggregate expression or appear in GROUP BY clause
===
SELECT DISTINCT id FROM people ORDER BY name
--
error: line 1:41: For SELECT DISTINCT, ORDER BY expressions must appear in select list
===
SELECT * FROM people WHERE (SELECT id, name FROM people) = 1
--
error: line 1:28: Multiple columns returned by subquery are not supported: it has 2
===
SELECT id FROM people UNION SELECT name FROM people
--
error: line 1:29: column 1 in UNION query has incompatible types: bigint, varchar
===
SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM UNNEST(p.list) AS t (k, n) WHERE k = 'q' AND n > p.id)
--
name
ann
===
SELECT name FROM people p WHERE NOT EXISTS (SELECT * FROM UNNEST(list) AS t (k, n) WHERE n IS NOT NULL)
--
name
bob
cid
dee
eve
===
SELECT name FROM people p WHERE EXISTS (SELECT 1 FROM UNNEST(map_keys(p.tags)) AS t (k) WHERE k = 'z')
--
name
dee
===
SELECT name FROM people p WHERE 'q' IN (SELECT k FROM UNNEST(p.list) AS t (k, n))
--
error: line 1:37: a sub-query that names columns around it is not supported with UNNEST of such columns
===
SELECT name FROM people WHERE born = '2024-03-01T12:30:00+02:00' OR born < '2024-03-01 12:00 Europe/Berlin'
--
name
ann
===
SELECT lower(1), lower() FROM people
--
error: line 1:8: Unexpected parameters (integer) for function lower. Expected: lower(varchar)
===
SELECT CAST(name AS bigint) FROM people
--
error: Cannot cast 'ann' to bigint
===
SELECT CAST(list AS bigint) FROM people
--
error: line 1:8: Cannot cast array(row(k varchar, n bigint)) to bigint
===
SELECT a FROM (VALUES 1, 2) t (a, b)
--
error: line 1:15: Column alias list has 2 entries but the relation has 1 columns
