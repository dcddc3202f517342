// Package logfile knows the files that CloudTrail leaves in a bucket: their keys, the log files, and the digest files
// that prove them. It writes them as AWS does and reads those of AWS; it neither lists nor stores anything.
//
// A log file is one gzip member around {"Records":[...]}; each record keeps its bytes. A digest file names the log files
// that were delivered in an hour with the hashes of their texts, and the digest before it with its hash and signature.
// Its own signature lies beside it in the object's metadata and, once more, in the digest that follows: whoever has a
// copy of the files without the metadata can check every digest but the newest.
//
// AWS does not publish how the fingerprint of a public key is made; here it is the MD5 of the key's DER, which is as long
// as AWS's. It is a name, not a proof.
package logfile
