// Package javatext gives Go programs the texts that Java programs print.
//
// API Gateway's mapping templates run on a Java machine, and it shows: a
// double prints as 1.0E-4, a map comes in the order of its hash codes,
// length() counts UTF-16 units, and replaceAll takes a java.util.regex
// pattern. The package holds those rules and nothing else:
//
//   - [DoubleString]: Double.toString
//   - [HashCode], [HashMapOrder]: String.hashCode and the order of a HashMap
//   - [Length], [Substring], [IndexOf], …: java.lang.String over Go strings
//   - [URLEncode], [URLDecode], [EscapeJavaScript], [Base64Encode],
//     [Base64Decode]: the escapes behind $util
//   - [CompileRegex]: java.util.regex with a budget inside
//
// # Strings
//
// A Java string is a list of UTF-16 units and may hold half of a surrogate
// pair; substring can make one. Here strings are UTF-8, and a lone half is
// carried as the three bytes that UTF-8 would give its number (known as
// WTF-8). [Encode] turns such a string into what Java writes to a socket.
//
// # Regular expressions
//
// [Regex] is an engine of its own: Java's syntax, Java's order of
// alternatives, Java's oddities, checked against Java 17. It backtracks as
// Java does, but counts its steps, and where a pattern has no back-reference
// it remembers the states that failed, so that patterns such as (a+)+$ take
// linear time. When a [Budget] is used up the answer is [ErrBudget], never a
// guess. Go's regexp package is not used: its patterns end differently at $,
// stop differently at empty loops, and know no look-around.
package javatext
