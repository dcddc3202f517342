package trino

import "strings"

// reserved words are names only in quotes.
var reserved = set(`ALTER AND AS BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG CURRENT_DATE CURRENT_PATH
	CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEALLOCATE DELETE DESCRIBE DISTINCT DROP ELSE END
	ESCAPE EXCEPT EXECUTE EXISTS EXTRACT FALSE FOR FROM FULL GROUP GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN
	JSON_ARRAY JSON_EXISTS JSON_OBJECT JSON_QUERY JSON_TABLE JSON_VALUE LEFT LIKE LISTAGG LOCALTIME LOCALTIMESTAMP NATURAL
	NORMALIZE NOT NULL ON OR ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE THEN TRIM TRUE UESCAPE UNION UNNEST
	USING VALUES WHEN WHERE WITH`)

// clauses are words that begin a clause: as an alias they need AS or quotes.
var clauses = set(`LIMIT OFFSET FETCH WINDOW TABLESAMPLE MATCH_RECOGNIZE`)

// forms are words that are no function's name in front of a parenthesis, for they have a grammar of their own.
var forms = set(`ARRAY CAST CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP EXTRACT LISTAGG LOCALTIME LOCALTIMESTAMP NORMALIZE POSITION ROW
	SUBSTRING TRIM TRY_CAST`)

// openers are words that begin a form or a clause in some places; as names they are printed in quotes.
var openers = set(`ALL ANY ARRAY BOTH CURRENT DOUBLE GROUPS INTERVAL LATERAL LEADING MEASURES PARTITION PATTERN RANGE ROWS SOME
	TRAILING UNBOUNDED`)

// refusedForms are parts of SQL that Trino has and this package has not.
var refusedForms = set(`CURRENT_CATALOG CURRENT_PATH CURRENT_ROLE CURRENT_SCHEMA CURRENT_USER JSON_ARRAY JSON_EXISTS JSON_OBJECT
	JSON_QUERY JSON_TABLE JSON_VALUE`)

// statements are what statements begin with that are no queries.
var statements = set(`ALTER ANALYZE CALL COMMENT COMMIT CREATE DEALLOCATE DELETE DENY DESC DESCRIBE DROP EXECUTE EXPLAIN GRANT
	INSERT MERGE MSCK OPTIMIZE PREPARE REFRESH RESET REVOKE ROLLBACK SET SHOW START TRUNCATE UNLOAD UPDATE USE VACUUM`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// plain reports whether a name needs no quotes.
func plain(name string) bool {
	upper := strings.ToUpper(name)
	return name != "" && letter(name[0]) && span(name, wordByte) == len(name) && !reserved[upper] && !clauses[upper]
}
