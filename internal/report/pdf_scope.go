package report

import (
	"fmt"
	"maps"
	"slices"
)

// scope is what the assessment covers.
func (p *summary) scope() {
	p.AddPage()
	p.place(partScope, partScope, 0)
	p.heading(partScope)
	for _, f := range facts(p.m) {
		p.fact(f[0], f[1])
	}
	sources := map[string]int{}
	controls := 0
	for _, set := range p.m.ControlSets {
		for _, c := range set.Controls {
			controls++
			seen := map[string]bool{}
			for _, m := range c.Mappings {
				if !seen[m.Source] {
					seen[m.Source] = true
					sources[m.Source]++
				}
			}
		}
	}
	p.fact("Control sets, controls", fmt.Sprintf("%d, %d", len(p.m.ControlSets), controls))
	for _, s := range slices.Sorted(maps.Keys(sources)) {
		p.fact("Fed by "+s, decimal(int64(sources[s])))
	}
}

// methods say how evidence comes about; the same for every report.
var methods = [][2]string{
	{"Recording", "Evidence is recorded when it is collected, in an append-only log. Each record is a leaf of a Merkle tree, and signed checkpoints of the tree fix all records below them. Nothing is selected by hand before it is recorded: what was left out of this report was left out afterwards, and is counted and listed."},
	{"AWS Config", "A rule judges the recorded configuration of a resource: compliant, non-compliant, not applicable, or insufficient data. Verdicts that came about before a day and did not change on it are one record for each control, rule and verdict, which stands for all its resources and counts once for each."},
	{"AWS Security Hub", "Each change of a finding's compliance, workflow or record state. FAILED and WARNING count as non-compliant. Suppressed and archived findings have no verdict."},
	{"AWS CloudTrail", "Management events of the mapped names. They show activity and have no verdict."},
	{"AWS API calls", "What a call answers about each resource, from recorded configuration. Without an assertion there is no verdict."},
	{"Manual", "Texts and files that people have provided. Time is the time of the import; the effective date is their statement."},
	{"Classes", "Excepted: covered by an exception in force, counted apart and never as compliant. Otherwise compliant or non-compliant by the verdict. Everything else, also what does not apply or could not be judged, is inconclusive: a person must judge."},
	{"Days", "Days are UTC. Evidence belongs to the day of the fact; when it was collected on a later day from history it is marked as such. A day without collection is a day of the period on which a control with a rule or a daily call has no record."},
}

// method is how the evidence was produced.
func (p *summary) method() {
	p.part(partMethod)
	for _, m := range methods {
		p.subheading(m[0])
		p.text(m[1])
	}
	p.subheading("Information produced by the entity")
	p.text("All lists in this report were made by the program named under Scope from records of the entity's own estate. Each control below states by which calls and rules its lists came about, from how many accounts and regions, when, and what a collection could not read. Each item's file has the full record: call, parameters, caller, pages read, completeness, the rule's source by its hash, and the raw object. tickmark verify --reperform judges the items again from these raw objects.")
}

// population is what there was to choose from, by control set and by source.
func (p *summary) population() {
	p.part(partPopulation)
	p.text("The population is all evidence that was recorded for the controls of this report up to its checkpoint. Selected is what this report holds in full; of what was left out it holds the records, so that the numbers can be counted again.")
	t := p.numbers("Control set", "Records", "Population", "Selected", "Left out")
	for _, set := range p.m.ControlSets {
		var sum Totals
		for _, c := range set.Controls {
			sum.plus(c.Totals)
		}
		t.row(set.Name, decimal(sum.Records), decimal(sum.Population.Total), decimal(sum.Selected.Total), leftOutText(sum.LeftOut))
	}
	all := p.m.Totals
	t.bold("All", decimal(all.Records), decimal(all.Population.Total), decimal(all.Selected.Total), leftOutText(all.LeftOut))
	p.Ln(3)
	sources := map[string]*SourceTotals{}
	for _, set := range p.m.ControlSets {
		for _, c := range set.Controls {
			for _, s := range c.Sources {
				sum := sources[s.Source]
				if sum == nil {
					sum = &SourceTotals{From: s.From, To: s.To}
					sources[s.Source] = sum
				}
				sum.From, sum.To = min(sum.From, s.From), max(sum.To, s.To)
				sum.Records += s.Records
				sum.Population.plus(s.Population)
				sum.Selected.plus(s.Selected)
			}
		}
	}
	t = p.table([]column{{"Data source", 46, "L"}, {"First day", 26, "L"}, {"Last day", 26, "L"}, {"Records", 24, "R"}, {"Population", 26, "R"}, {"Selected", 26, "R"}})
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		s := sources[name]
		t.row(name, s.From, s.To, decimal(s.Records), decimal(s.Population.Total), decimal(s.Selected.Total))
	}
	p.samples()
}

// drawSample is the kind of the decisions that record samples.
const drawSample = "DrawSample"

// samples lists the samples that were drawn, as the log has them.
func (p *summary) samples() {
	p.subheading("Samples drawn")
	var t *table
	for _, d := range p.m.Assessment.Decisions {
		if d.Kind != drawSample {
			continue
		}
		if t == nil {
			t = p.table([]column{{"Drawn", 38, "L"}, {"By", 46, "L"}, {"Seed", 34, "L"}, {"Pieces", 16, "R"}, {"Population", 22, "R"}, {"Leaf", 18, "R"}})
		}
		t.row(stampText(d.At), d.By, d.Details["seed"], d.Details["drawn"], d.Details["population"], decimal(d.LeafIndex))
	}
	if t == nil {
		p.text("No sample is on record. tickmark report sample draws one from this report by a seed, and the same again whenever it is asked.")
		return
	}
	p.note("tickmark report sample REPORT.zip with the same seed, size and period, and --before with the size of the log at the time, draws the same pieces again from this report.")
}

// exceptions lists those that cover evidence.
func (p *summary) exceptions() {
	p.part(partExceptions)
	if n := p.m.Totals.Population.Excepted; n > 0 {
		p.text(pieces(n) + " covered by an exception, counted apart and never as compliant.")
	} else {
		p.text("No evidence is covered by an exception.")
	}
	if len(p.m.Exceptions) == 0 {
		return
	}
	t := p.table([]column{{"Rule and resources", 54, "L"}, {"Owner", 36, "L"}, {"Reason", 50, "L"}, {"Expires", 34, "L"}})
	for _, e := range p.m.Exceptions {
		expires := "never"
		if !e.Expires.IsZero() {
			expires = stampText(e.Expires)
			if !e.Expires.After(p.m.Created) {
				expires += " (expired)"
			}
		}
		t.row(e.Rule+" "+e.ResourceType+" "+e.Resources+" "+paren(e.ID), e.Owner, e.Reason, expires)
	}
}

// requests lists what the auditors asked for.
func (p *summary) requests() {
	p.part(partRequests)
	n := 0
	for _, set := range p.m.ControlSets {
		for _, c := range set.Controls {
			n += len(c.Requests)
		}
	}
	if n == 0 {
		p.text("No evidence was requested.")
		return
	}
	t := p.table([]column{{"Control", 44, "L"}, {"Request", 56, "L"}, {"To", 30, "L"}, {"Due", 22, "L"}, {"Status", 22, "L"}})
	for _, set := range p.m.ControlSets {
		for _, c := range set.Controls {
			for _, r := range c.Requests {
				t.row(p.controlName(c), r.Title, r.To, r.Due, r.Status)
			}
		}
	}
}

// integrity tells what the report is proven against.
func (p *summary) integrity() {
	p.part(partIntegrity)
	p.fact("Log", p.m.Log.Origin)
	p.fact("Records", decimal(p.m.Log.Size))
	p.fact("Root", p.m.Log.Root.String())
	p.fact("Signed by", p.m.Log.KeyID)
	p.Ln(2)
	p.text("The bundle holds the signed checkpoint, and the tiles of the tree that prove each record and every earlier checkpoint of the log. Who kept a checkpoint from an earlier report proves with tickmark verify --checkpoint that nothing before it was changed since.")
	if len(p.m.Anchors) == 0 {
		p.remark(anchorRemark(p.m))
		return
	}
	t := p.table([]column{{"Anchor", 30, "L"}, {"Where", 60, "L"}, {"Records", 24, "R"}, {"Time", 60, "L"}})
	for _, a := range p.m.Anchors {
		t.row(a.Kind, a.Where+" "+paren(a.Reference), decimal(a.Size), stampText(a.At))
	}
}
