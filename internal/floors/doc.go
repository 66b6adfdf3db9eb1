// Package floors keeps the architecture's floors: a package imports only from
// lower ones. Its test holds the table.
package floors
