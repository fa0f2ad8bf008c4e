CREATE TABLE "we""ird; DROP" ("na""me'; --" TEXT, "select" INTEGER, "a]b`c" REAL, "group by" TEXT);
INSERT INTO "we""ird; DROP" VALUES
('Robert''); DROP TABLE t;--', 3, 1.5, 'x'),
('"; SELECT 1; --', 4, 2.5, 'y'),
('%_\', 5, 3.5, 'O''Brien'),
('**bold** [a](javascript:x)', 6, 4.5, 'x'),
(NULL, 7, 5.5, '<img src=x>');
