SELECT team FROM people EXCEPT ALL SELECT 'red'
--
team
blue
blue
null
red
===
SELECT id, score FROM people ORDER BY score DESC, id FETCH FIRST 2 ROWS WITH TIES
--
id | score
4 | 4.0
2 | 2.5
===
SELECT score FROM people ORDER BY score DESC FETCH FIRST 2 ROWS WITH TIES
--
score
4.0
2.5
2.5
===
SELECT id, count(*) OVER (ORDER BY score GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM people
--
id | n
1 | 1
2 | 3
3 | 2
4 | 3
5 | 3
===
SELECT id, sum(id) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS n FROM people
--
id | n
1 | 3
2 | 6
3 | 9
4 | 12
5 | 9
===
SELECT id, lag(score) IGNORE NULLS OVER w AS before FROM people WINDOW w AS (ORDER BY id)
--
id | before
1 | null
2 | 1.5
3 | 2.5
4 | 2.5
5 | 4.0
===
SELECT listagg(name, ',') WITHIN GROUP (ORDER BY name DESC) AS names FROM people
--
names
eve,dee,cid,bob,ann
===
SELECT team, active, grouping(team, active) AS g, count(*) AS n FROM people GROUP BY CUBE (team, active)
--
team | active | g | n
blue | null | 1 | 2
blue | true | 0 | 2
null | false | 2 | 1
null | null | 0 | 1
null | null | 1 | 1
null | null | 2 | 1
null | null | 3 | 5
null | true | 2 | 3
red | false | 0 | 1
red | null | 1 | 2
red | true | 0 | 1
===
SELECT id FROM people WHERE id > ALL (SELECT person FROM orders WHERE person < 3)
--
id
3
4
5
===
SELECT DISTINCT name AS n, team t FROM people ORDER BY name DESC
--
n | t
eve | blue
dee | null
cid | blue
bob | red
ann | red
===
SELECT reduce(ARRAY[1.5e0, 2e0], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[1, 2], NULL, (s, x) -> coalesce(s, 0) + x, s -> s)
--
_col0 | _col1
3.5 | 3
===
SELECT reduce(ARRAY['a'], 0, (s, x) -> x, s -> s)
--
error: line 1:8: Unexpected parameters (array(varchar), integer, function, function) for function reduce. Expected: reduce(array(T), S, function(S,T,S), function(S,R))
===
SELECT regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || x[2]), TRIM(LEADING 'x' FROM 'xxa'), POSITION('b' IN 'abc'), SUBSTRING('abc' FROM 2 FOR 1)
--
_col0 | _col1 | _col2 | _col3
New York | a | 2 | b
===
SELECT at_timezone(born, 'Europe/Zurich') AS z, hour(born AT TIME ZONE '+02:00') AS h, EXTRACT(DOW FROM born) AS d FROM people WHERE id = 1
--
z | h | d
2024-03-01 11:30:00.000 Europe/Zurich | 12 | 5
===
SELECT random()
--
error: line 1:8: Function 'random' not registered
