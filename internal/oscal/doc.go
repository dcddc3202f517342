// Package oscal speaks OSCAL, NIST's language for controls and their assessment. It reads catalogs and profiles in JSON
// and YAML, and resolves profiles as the profile resolution specification says: imports of catalogs and profiles,
// controls selected and excluded by id and pattern, merged flat, as is or into a structure of the profile's own,
// combined by keep, use-first or merge, parameters set and controls altered.
//
// Known to differ, or left out: XML is refused; nothing is fetched from the network; an import that is missing or leads
// back to itself is a fault, where the specification lets it be dropped; back matter and the metadata of the resolution
// are not carried over, because controls are made of the result, not a document; beside a part only parts are added.
//
// It also writes reports as OSCAL 1.1.3: assessment results, plans of action and component definitions, streamed, with ids that
// follow from the report alone; there is no assessment plan or system security plan to import, so references lead to a
// resource in the document itself.
package oscal
