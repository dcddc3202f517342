// Package xlsx reads and writes workbooks in XLSX as far as tables of texts and numbers need it. It is our own: the library
// that does all of XLSX (a test's oracle) looks methods up by their names, which makes the linker keep every method of
// every AWS client, and writes its parts in no certain order.
package xlsx
