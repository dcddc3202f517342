// Package authoring keeps custom frameworks and controls as files: it reads them with the position of every fault,
// lints them, writes them in one canonical form, and makes an installation's definitions what the files say. Writing
// what was read changes nothing, and applying what was exported to an empty installation and exporting it again gives
// the same bytes. The format is docs/format/framework.md; schema.json is its JSON Schema.
//
// Ids, who made a definition and when are the installation's and are not in files: names identify. A definition that
// gets another name is another definition. Lists of other people become files in the package intake.
package authoring
