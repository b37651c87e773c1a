import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from common import *
# a bank's export: labels with a colon beside their values above the table, a quoted line end, a total below
put('statement.csv','\ufeffKontoauszug;;;\r\nIBAN:;DE12 3456;;\r\nZeitraum:;01.03.2024 - 31.03.2024;;\r\n;;;\r\nBuchung;Empfänger;Zweck;Betrag\r\n01.03.2024;"Stadtwerke ""Nord""";"Strom\nMärz";-84,20\r\n04.03.2024;Eva Lund;Miete;-650,00\r\n;;;\r\nSumme;;;-734,20\r\n')
case(what='CSV of a bank: labels with a colon beside their values above the table',
 must=['Kontoauszug','IBAN: DE12 3456','Zeitraum: 01.03.2024 - 31.03.2024','Empfänger: Stadtwerke "Nord" | Zweck: Strom März | Betrag: -84,20','Empfänger: Eva Lund','Betrag: -734,20'],
 mustnot=['IBAN::','DE12 3456: 01'], question='Welche IBAN hat der Kontoauszug?', answer='DE12 3456')
