package vtl

import "strings"

// nameID stands for the name of a property, or the name and arity of a method,
// that some table knows. 0 is a name that none knows.
type nameID int16

// The properties that are looked up by number.
const (
	nameNone nameID = iota
	nameHasNext
	nameCount
	nameIndex
	nameFirst
	nameLast
	nameParent
	nameTopmost
	nameClass
	firstMethod
)

var propertyIDs = map[string]nameID{
	"hasNext": nameHasNext, "count": nameCount, "index": nameIndex, "first": nameFirst,
	"last": nameLast, "parent": nameParent, "topmost": nameTopmost,
	"class": nameClass, "Class": nameClass, // a property is a getter, whatever the case of its first letter
}

// signature names a method.
type signature struct {
	name  string
	arity int
}

// method runs a method of v. errNoMethod means that it does not take args.
type method func(r *Run, v Value, args []Value) (Value, error)

// methodRow is a row of a method table.
type methodRow struct {
	signature
	run method
}

// class is what decides which methods a value has.
type class uint8

const (
	classNone class = iota
	classString
	classList
	classJSONArray
	classJavaArray
	classMap
	classInteger
	classLong
	classDouble
	classBigInteger
	classBigDecimal
	classChar
	classBool
	classKeySet // and entry sets
	classValues
	classIterator
	classEntry
	classScope
	classClass
	numClasses
)

// classRows are the method tables of each class; later rows replace earlier
// ones.
var classRows = [numClasses][][]methodRow{
	classNone:       {objectMethods},
	classString:     {objectMethods, stringMethods, stringStatics},
	classList:       {objectMethods, collectionMethods, listMethods},
	classJSONArray:  {objectMethods, collectionMethods, listMethods, jsonArrayMethods},
	classJavaArray:  {collectionMethods, arrayMethods},
	classMap:        {objectMethods, mapMethods},
	classInteger:    {objectMethods, numberMethods, integerStatics},
	classLong:       {objectMethods, numberMethods, longStatics},
	classDouble:     {objectMethods, numberMethods, doubleStatics},
	classBigInteger: {objectMethods, numberMethods, bigIntegerMethods, bigIntegerStatics},
	classBigDecimal: {objectMethods, numberMethods, bigDecimalMethods, bigDecimalStatics},
	classChar:       {objectMethods, charMethods, charStatics},
	classBool:       {objectMethods, boolMethods, boolStatics},
	classKeySet:     {objectMethods, collectionMethods, viewMethods, setMethods},
	classValues:     {objectMethods, collectionMethods, viewMethods},
	classIterator:   {iteratorMethods},
	classEntry:      {objectMethods, entryMethods},
	classScope:      {onScope(mapMethods), scopeMethods},
	classClass:      {classMethods},
}

// methodIDs numbers the signatures of all tables.
var methodIDs = func() map[signature]nameID {
	ids := map[signature]nameID{}
	for _, tables := range classRows {
		for _, table := range tables {
			for _, row := range table {
				if _, ok := ids[row.signature]; !ok {
					ids[row.signature] = firstMethod + nameID(len(ids))
				}
			}
		}
	}
	return ids
}()

// dispatch finds the method of a class by number.
var dispatch = func() (d [numClasses][]method) {
	for c, tables := range classRows {
		d[c] = make([]method, int(firstMethod)+len(methodIDs))
		for _, table := range tables {
			for _, row := range table {
				d[c][methodIDs[row.signature]] = row.run
			}
		}
	}
	return d
}()

// idOf returns the number of a step's name.
func idOf(s step) nameID {
	if s.kind == stepMethod {
		return methodIDs[signature{s.name, len(s.args)}]
	}
	return propertyIDs[s.name]
}

// gettersOf returns the methods that a property may be: getName() and
// isName(); of a method with arguments the one without.
func gettersOf(s step) (get, is nameID) {
	switch {
	case s.kind == stepMethod && len(s.args) > 0:
		return methodIDs[signature{s.name, 0}], nameNone
	case s.kind == stepProperty:
		for _, name := range [...]string{strings.ToUpper(s.name[:1]) + s.name[1:], strings.ToLower(s.name[:1]) + s.name[1:]} {
			if get == nameNone {
				get = methodIDs[signature{"get" + name, 0}]
			}
			if is == nameNone {
				is = methodIDs[signature{"is" + name, 0}]
			}
		}
	}
	return get, is
}
