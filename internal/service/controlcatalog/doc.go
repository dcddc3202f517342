// Package controlcatalog serves AWS Control Catalog over package catalog: domains, objectives and common controls, and
// the controls with their mappings. All six operations are served; the content is the same for every caller, and only
// the partition of the ARNs follows the region that was asked.
//
// Known to differ: the content is the project's own (see packages catalog and catalog/controls); a list of domains or
// objectives to filter by may hold more than one; core controls are mapped to no framework, but what they group is;
// controls of AWS Control Tower are not known.
package controlcatalog
