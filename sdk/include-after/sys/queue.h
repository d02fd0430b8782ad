// Lists as in BSD's queue(3), which glibc has and musl has not: singly and doubly linked, with a head or with both ends.
#ifndef W2E_SYS_QUEUE_H
#define W2E_SYS_QUEUE_H

#define SLIST_HEAD(name, type) struct name { struct type *slh_first; }
#define SLIST_HEAD_INITIALIZER(head) {0}
#define SLIST_ENTRY(type) struct { struct type *sle_next; }
#define SLIST_INIT(head) ((head)->slh_first = 0)
#define SLIST_EMPTY(head) (!(head)->slh_first)
#define SLIST_FIRST(head) ((head)->slh_first)
#define SLIST_NEXT(entry, field) ((entry)->field.sle_next)
#define SLIST_FOREACH(var, head, field) for ((var) = (head)->slh_first; (var); (var) = (var)->field.sle_next)
#define SLIST_INSERT_HEAD(head, entry, field) do { (entry)->field.sle_next = (head)->slh_first; (head)->slh_first = (entry); } while (0)
#define SLIST_INSERT_AFTER(at, entry, field) do { (entry)->field.sle_next = (at)->field.sle_next; (at)->field.sle_next = (entry); } while (0)
#define SLIST_REMOVE_HEAD(head, field) ((head)->slh_first = (head)->slh_first->field.sle_next)
#define SLIST_REMOVE(head, entry, type, field) do { \
    struct type **w2e_link = &(head)->slh_first; \
    while (*w2e_link != (entry)) w2e_link = &(*w2e_link)->field.sle_next; \
    *w2e_link = (entry)->field.sle_next; \
  } while (0)

#define LIST_HEAD(name, type) struct name { struct type *lh_first; }
#define LIST_HEAD_INITIALIZER(head) {0}
#define LIST_ENTRY(type) struct { struct type *le_next, **le_prev; }
#define LIST_INIT(head) ((head)->lh_first = 0)
#define LIST_EMPTY(head) (!(head)->lh_first)
#define LIST_FIRST(head) ((head)->lh_first)
#define LIST_NEXT(entry, field) ((entry)->field.le_next)
#define LIST_FOREACH(var, head, field) for ((var) = (head)->lh_first; (var); (var) = (var)->field.le_next)
#define W2E_LIST_INSERT(link, entry, field) do { \
    if (((entry)->field.le_next = *(link))) (entry)->field.le_next->field.le_prev = &(entry)->field.le_next; \
    (entry)->field.le_prev = (link); \
    *(entry)->field.le_prev = (entry); \
  } while (0)
#define LIST_INSERT_HEAD(head, entry, field) W2E_LIST_INSERT(&(head)->lh_first, entry, field)
#define LIST_INSERT_AFTER(at, entry, field) W2E_LIST_INSERT(&(at)->field.le_next, entry, field)
#define LIST_INSERT_BEFORE(at, entry, field) do { \
    (entry)->field.le_prev = (at)->field.le_prev; \
    (entry)->field.le_next = (at); \
    *(at)->field.le_prev = (entry); \
    (at)->field.le_prev = &(entry)->field.le_next; \
  } while (0)
#define LIST_REMOVE(entry, field) do { \
    if ((entry)->field.le_next) (entry)->field.le_next->field.le_prev = (entry)->field.le_prev; \
    *(entry)->field.le_prev = (entry)->field.le_next; \
  } while (0)

#define STAILQ_HEAD(name, type) struct name { struct type *stqh_first, **stqh_last; }
#define STAILQ_HEAD_INITIALIZER(head) {0, &(head).stqh_first}
#define STAILQ_ENTRY(type) struct { struct type *stqe_next; }
#define STAILQ_INIT(head) ((head)->stqh_first = 0, (head)->stqh_last = &(head)->stqh_first)
#define STAILQ_EMPTY(head) (!(head)->stqh_first)
#define STAILQ_FIRST(head) ((head)->stqh_first)
#define STAILQ_NEXT(entry, field) ((entry)->field.stqe_next)
#define STAILQ_FOREACH(var, head, field) for ((var) = (head)->stqh_first; (var); (var) = (var)->field.stqe_next)
#define STAILQ_INSERT_HEAD(head, entry, field) do { \
    if (!((entry)->field.stqe_next = (head)->stqh_first)) (head)->stqh_last = &(entry)->field.stqe_next; \
    (head)->stqh_first = (entry); \
  } while (0)
#define STAILQ_INSERT_TAIL(head, entry, field) do { \
    (entry)->field.stqe_next = 0; \
    *(head)->stqh_last = (entry); \
    (head)->stqh_last = &(entry)->field.stqe_next; \
  } while (0)
#define STAILQ_INSERT_AFTER(head, at, entry, field) do { \
    if (!((entry)->field.stqe_next = (at)->field.stqe_next)) (head)->stqh_last = &(entry)->field.stqe_next; \
    (at)->field.stqe_next = (entry); \
  } while (0)
#define STAILQ_REMOVE_HEAD(head, field) do { \
    if (!((head)->stqh_first = (head)->stqh_first->field.stqe_next)) (head)->stqh_last = &(head)->stqh_first; \
  } while (0)
#define STAILQ_REMOVE(head, entry, type, field) do { \
    struct type **w2e_link = &(head)->stqh_first; \
    while (*w2e_link != (entry)) w2e_link = &(*w2e_link)->field.stqe_next; \
    if (!(*w2e_link = (entry)->field.stqe_next)) (head)->stqh_last = w2e_link; \
  } while (0)

#define TAILQ_HEAD(name, type) struct name { struct type *tqh_first, **tqh_last; }
#define TAILQ_HEAD_INITIALIZER(head) {0, &(head).tqh_first}
#define TAILQ_ENTRY(type) struct { struct type *tqe_next, **tqe_prev; }
#define TAILQ_INIT(head) ((head)->tqh_first = 0, (head)->tqh_last = &(head)->tqh_first)
#define TAILQ_EMPTY(head) (!(head)->tqh_first)
#define TAILQ_FIRST(head) ((head)->tqh_first)
#define TAILQ_NEXT(entry, field) ((entry)->field.tqe_next)
#define TAILQ_LAST(head, name) (*((struct name *)((head)->tqh_last))->tqh_last)
#define TAILQ_PREV(entry, name, field) (*((struct name *)((entry)->field.tqe_prev))->tqh_last)
#define TAILQ_FOREACH(var, head, field) for ((var) = (head)->tqh_first; (var); (var) = (var)->field.tqe_next)
#define TAILQ_FOREACH_REVERSE(var, head, name, field) for ((var) = TAILQ_LAST(head, name); (var); (var) = TAILQ_PREV(var, name, field))
#define W2E_TAILQ_INSERT(head, link, entry, field) do { \
    if (((entry)->field.tqe_next = *(link))) (entry)->field.tqe_next->field.tqe_prev = &(entry)->field.tqe_next; \
    else (head)->tqh_last = &(entry)->field.tqe_next; \
    (entry)->field.tqe_prev = (link); \
    *(entry)->field.tqe_prev = (entry); \
  } while (0)
#define TAILQ_INSERT_HEAD(head, entry, field) W2E_TAILQ_INSERT(head, &(head)->tqh_first, entry, field)
#define TAILQ_INSERT_AFTER(head, at, entry, field) W2E_TAILQ_INSERT(head, &(at)->field.tqe_next, entry, field)
#define TAILQ_INSERT_TAIL(head, entry, field) do { \
    (entry)->field.tqe_next = 0; \
    (entry)->field.tqe_prev = (head)->tqh_last; \
    *(head)->tqh_last = (entry); \
    (head)->tqh_last = &(entry)->field.tqe_next; \
  } while (0)
#define TAILQ_INSERT_BEFORE(at, entry, field) do { \
    (entry)->field.tqe_prev = (at)->field.tqe_prev; \
    (entry)->field.tqe_next = (at); \
    *(at)->field.tqe_prev = (entry); \
    (at)->field.tqe_prev = &(entry)->field.tqe_next; \
  } while (0)
#define TAILQ_REMOVE(head, entry, field) do { \
    if ((entry)->field.tqe_next) (entry)->field.tqe_next->field.tqe_prev = (entry)->field.tqe_prev; \
    else (head)->tqh_last = (entry)->field.tqe_prev; \
    *(entry)->field.tqe_prev = (entry)->field.tqe_next; \
  } while (0)

#endif
