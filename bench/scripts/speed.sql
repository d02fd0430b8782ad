-- Work for SQLite in memory: inserts, indices, joins, aggregates, text functions, updates, deletes.
CREATE TABLE item(id INTEGER PRIMARY KEY, kind INTEGER, price REAL, name TEXT);
CREATE TABLE kind(id INTEGER PRIMARY KEY, title TEXT);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
  INSERT INTO kind SELECT i, 'kind ' || (i * 7919 % 1000) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
  INSERT INTO item SELECT i, i * 7919 % 500 + 1, (i * 31 % 1000) / 8.0, 'item number ' || hex(i * 104729 % 65536) FROM n;
COMMIT;
CREATE INDEX item_kind ON item(kind);
CREATE INDEX item_name ON item(name, price);
SELECT count(*), sum(price), max(name) FROM item WHERE name LIKE '%33_1%';
SELECT kind.title, count(*), round(avg(price), 3) FROM item JOIN kind ON kind.id = item.kind GROUP BY kind.title ORDER BY 2 DESC, 1 LIMIT 5;
SELECT count(DISTINCT name), total(length(name) * price) FROM item;
BEGIN;
UPDATE item SET price = price * 1.25 + 1, name = upper(substr(name, 6)) || id WHERE kind % 3 = 0;
DELETE FROM item WHERE id % 7 = 3;
COMMIT;
SELECT a.id, b.id FROM item a JOIN item b ON a.kind = b.kind AND a.id < b.id AND b.price > a.price + 90 AND a.kind < 25 ORDER BY a.id, b.id LIMIT 3;
SELECT id, name FROM item ORDER BY price DESC, name, id LIMIT 5;
SELECT sum(x) FROM (SELECT sum(price) OVER (PARTITION BY kind ORDER BY id) AS x FROM item WHERE kind < 200);
PRAGMA integrity_check;
