package catalog

import "strings"

// sectionTitle names a section where its name is in the public domain (NIST); otherwise "".
func sectionTitle(standard, section string) string {
	switch standard {
	case "NIST SP 800-53", "FedRAMP Moderate", "FedRAMP Low", "CCCS Medium Cloud Control":
		return families[section]
	case "NIST SP 800-171", "NIST SP 800-172":
		return requirements[section]
	case "NIST CSF":
		if t, ok := categories[section]; ok {
			return t
		}
		return functions[strings.TrimRight(section, ".")]
	}
	return ""
}

// families are the control families of NIST SP 800-53.
var families = map[string]string{
	"AC": "Access Control", "AT": "Awareness and Training", "AU": "Audit and Accountability",
	"CA": "Assessment, Authorization, and Monitoring", "CM": "Configuration Management", "CP": "Contingency Planning",
	"IA": "Identification and Authentication", "IR": "Incident Response", "MA": "Maintenance", "MP": "Media Protection",
	"PE": "Physical and Environmental Protection", "PL": "Planning", "PM": "Program Management",
	"PS": "Personnel Security", "PT": "PII Processing and Transparency", "RA": "Risk Assessment",
	"SA": "System and Services Acquisition", "SC": "System and Communications Protection",
	"SI": "System and Information Integrity", "SR": "Supply Chain Risk Management",
}

// requirements are the families of NIST SP 800-171 and 800-172.
var requirements = map[string]string{
	"3.1": "Access Control", "3.2": "Awareness and Training", "3.3": "Audit and Accountability",
	"3.4": "Configuration Management", "3.5": "Identification and Authentication", "3.6": "Incident Response",
	"3.7": "Maintenance", "3.8": "Media Protection", "3.9": "Personnel Security", "3.10": "Physical Protection",
	"3.11": "Risk Assessment", "3.12": "Security Assessment", "3.13": "System and Communications Protection",
	"3.14": "System and Information Integrity",
}

// functions are those of the NIST Cybersecurity Framework.
var functions = map[string]string{
	"GV": "Govern", "ID": "Identify", "PR": "Protect", "DE": "Detect", "RS": "Respond", "RC": "Recover",
}

// categories are those of the NIST Cybersecurity Framework 1.1 and 2.0; where both use an id its name is the same
// in substance.
var categories = map[string]string{
	"ID.AM": "Asset Management", "ID.BE": "Business Environment", "ID.GV": "Governance", "ID.RA": "Risk Assessment",
	"ID.RM": "Risk Management Strategy", "ID.SC": "Supply Chain Risk Management", "ID.IM": "Improvement",
	"PR.AC": "Identity Management and Access Control", "PR.AA": "Identity Management, Authentication, and Access Control",
	"PR.AT": "Awareness and Training", "PR.DS": "Data Security", "PR.IP": "Information Protection Processes and Procedures",
	"PR.MA": "Maintenance", "PR.PT": "Protective Technology", "PR.PS": "Platform Security",
	"PR.IR": "Technology Infrastructure Resilience", "DE.AE": "Adverse Events and Anomalies",
	"DE.CM": "Continuous Monitoring", "DE.DP": "Detection Processes", "RS.RP": "Response Planning",
	"RS.CO": "Response Communications", "RS.AN": "Response Analysis", "RS.MI": "Mitigation", "RS.IM": "Response Improvements",
	"RS.MA": "Incident Management", "RC.RP": "Recovery Planning and Execution", "RC.IM": "Recovery Improvements",
	"RC.CO": "Recovery Communication", "GV.OC": "Organizational Context", "GV.RM": "Risk Management Strategy",
	"GV.RR": "Roles, Responsibilities, and Authorities", "GV.PO": "Policy", "GV.OV": "Oversight",
	"GV.SC": "Cybersecurity Supply Chain Risk Management",
}
