package tree

import "strconv"

// Path is the way from the root to the node: member names and element numbers. It is found by walking down, so it is
// meant for messages, not for every node of an evaluation.
func (n Node) Path() []string {
	if n.d == nil {
		return nil
	}
	var path []string
	for at := uint32(0); at != n.i; {
		o := &n.d.nodes[at]
		child, element := at+1, 0
		for child < o.next && n.d.nodes[child].next <= n.i {
			child, element = n.d.nodes[child].next, element+1
		}
		if o.kind == Array {
			path = append(path, strconv.Itoa(element))
		} else {
			path = append(path, Node{n.d, child}.Key())
		}
		at = child
	}
	return path
}

// Offset is the byte of the source at which the value begins.
func (n Node) Offset() int {
	if n.d == nil {
		return 0
	}
	if m := n.at(); m.kind == String {
		return int(m.start) - 1
	}
	return int(n.at().start)
}

// Order is the node's number in document order, the root being 0; other forms of a document keep what they know of a
// node under it.
func (n Node) Order() int { return int(n.i) }

// Elem is an array's element by its number; absent when there is none.
func (n Node) Elem(i int) Node {
	if n.Kind() != Array || i < 0 || i >= int(n.at().count) {
		return Node{}
	}
	at := n.i + 1
	for ; i > 0; i-- {
		at = n.d.nodes[at].next
	}
	return Node{n.d, at}
}

// SameDoc reports whether both nodes stand in one document.
func (n Node) SameDoc(m Node) bool { return n.d == m.d }
