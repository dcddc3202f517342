package aws

import "github.com/tickmark/tickmark/internal/collect"

// keyTypes are all kinds of keys: without them the list has certificates with RSA keys of 1,024 and 2,048 bits alone.
var keyTypes = []any{"RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"}

var acmCertificate = &collect.Type{
	Name: "AWS::ACM::Certificate", Zone: noZone,
	Find: []collect.Step{
		{API: "acm:ListCertificates", Input: object{"Includes": object{"keyTypes": keyTypes}}, Each: "CertificateSummaryList"},
		{
			API: "acm:DescribeCertificate", From: map[string]string{"CertificateArn": "CertificateArn"}, Each: "Certificate", Only: "CertificateArn",
			Absent: []string{"ResourceNotFoundException"},
		},
	},
	Details: []collect.Detail{{
		API: "acm:ListTagsForCertificate", From: map[string]string{"CertificateArn": "CertificateArn"}, Take: "Tags", Key: ".Tags", Instead: []any{},
		Absent: []string{"ResourceNotFoundException"}, Covers: []string{"tags", "supplementaryConfiguration.Tags"},
	}},
	ID: "{CertificateArn}", ARN: "{CertificateArn}", Created: "CreatedAt", Tags: "Tags",
	Drop:   []string{"Tags"},
	Empty:  []string{"SubjectAlternativeNames", "DomainValidationOptions", "InUseBy", "KeyUsages", "ExtendedKeyUsages"},
	Gone:   []string{"ResourceNotFoundException"},
	Finish: supplementTags,
}

var acmpcaCertificateAuthority = &collect.Type{
	Name: "AWS::ACMPCA::CertificateAuthority",
	Find: []collect.Step{{API: "acm-pca:ListCertificateAuthorities", Each: "CertificateAuthorities", Keep: func(e *collect.Element) bool { return e.Text("Status") != "DELETED" }}},
	Details: []collect.Detail{{
		API: "acm-pca:ListTags", From: map[string]string{"CertificateAuthorityArn": "Arn"}, Take: "Tags", Key: ".Tags", Instead: []any{},
		Absent: []string{"ResourceNotFoundException", "InvalidStateException"}, Covers: []string{"tags", "configuration.Tags"},
	}},
	ID: "{Arn}", ARN: "{Arn}", Created: "CreatedAt", Tags: "Tags",
	Shape: collect.Fields(map[string]string{
		"Arn": "Arn", "Type": "Type", "Status": "Status", "KeyAlgorithm": "CertificateAuthorityConfiguration.KeyAlgorithm",
		"SigningAlgorithm": "CertificateAuthorityConfiguration.SigningAlgorithm", "Subject": "CertificateAuthorityConfiguration.Subject",
		"CsrExtensions": "CertificateAuthorityConfiguration.CsrExtensions", "RevocationConfiguration": "RevocationConfiguration",
		"KeyStorageSecurityStandard": "KeyStorageSecurityStandard", "UsageMode": "UsageMode", "Tags": "Tags",
	}),
	Note: "Status is no property of CloudFormation.",
}
